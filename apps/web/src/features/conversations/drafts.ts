/** What was begun to be written, by conversation: in memory only, gone with the tab and at sign-out. */
const drafts = new Map<string, string>();

export function draftOf(conversation: string): string {
  return drafts.get(conversation) ?? '';
}

export function keepDraft(conversation: string, text: string): void {
  if (text === '') drafts.delete(conversation);
  else drafts.set(conversation, text);
}

export function forgetDrafts(): void {
  drafts.clear();
}
