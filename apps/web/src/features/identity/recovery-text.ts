/** Recovery words as people type or paste them: with numbers, dots, commas and line ends between. */
export function plainWords(text: string): string {
  return (text.toLowerCase().match(/[a-z]+/g) ?? []).join(' ');
}

export function countWords(text: string): number {
  return text.toLowerCase().match(/[a-z]+/g)?.length ?? 0;
}
