import { expect, it } from 'vitest';
import { isEmojiAlone } from './emoji-alone.ts';

it.each(['👍', '❤️', '👍🏽 🎉', '😀😀😀', ' 👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿👩🏽‍🚀\n', '🇫🇷'])('%j is emoji alone', (text) => {
  expect(isEmojiAlone(text)).toBe(true);
});

it.each(['', ' ', '1', '#', '3 😀', '😀😀😀😀', '👍 ok', '😀'.repeat(200)])('%j is not', (text) => {
  expect(isEmojiAlone(text)).toBe(false);
});
