import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Input } from './input.ts';

async function* stream(...chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('standard input', () => {
  it('gives one line after the other, and then the rest', async () => {
    const input = new Input(stream(bytes('one\ntwo\r\nthree\nfour')));
    expect(await input.line()).toBe('one');
    expect(await input.line()).toBe('two');
    expect(await input.rest()).toBe('three\nfour');
    expect(await input.line()).toBeUndefined();
  });

  it('gives empty lines, and a last line without an end', async () => {
    const input = new Input(stream(bytes('\n\nlast')));
    expect([await input.line(), await input.line(), await input.line()]).toEqual(['', '', 'last']);
    expect(await input.line()).toBeUndefined();
  });

  it('gives the same however it is cut into pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 1, max: 5 }),
        async (text, size) => {
          const all = bytes(text.replaceAll('\ufeff', ''));
          const pieces = Array.from({ length: Math.ceil(all.length / size) }, (_, i) =>
            all.slice(i * size, (i + 1) * size),
          );
          expect(await new Input(stream(...pieces)).rest()).toBe(new TextDecoder().decode(all));
        },
      ),
    );
  });

  it('refuses what is no text', async () => {
    await expect(new Input(stream(new Uint8Array([0xff, 0xfe, 0x0a]))).line()).rejects.toThrow('not text');
    await expect(new Input(stream(bytes('ä').slice(0, 1))).rest()).rejects.toThrow('not text');
  });
});
