/** The longest emoji are sequences of some fourteen units. */
const LONGEST = 60;
const ALONE = /^\s*(?:\p{RGI_Emoji}\s*){1,3}$/v;

/** Whether a message is one to three emoji and nothing else. */
export function isEmojiAlone(text: string): boolean {
  return text.length <= LONGEST && ALONE.test(text);
}
