import { describe, expect, it } from 'vitest';
import { Sending } from './sending.ts';

/** A device that takes what is sent when it is told to, and not before. */
function slowDevice() {
  const asked: string[] = [];
  const back: string[] = [];
  const answers: ((taken: boolean) => void)[] = [];
  const sending = new Sending(
    (text) => {
      asked.push(text);
      return new Promise((resolve) => answers.push(resolve));
    },
    (text) => back.push(text),
  );
  return { sending, asked, back, answer: (taken: boolean) => answers.shift()?.(taken) };
}

describe('messages written faster than they are taken', () => {
  it('are handed over one after another, in order, and none is left out', async () => {
    const { sending, asked, back, answer } = slowDevice();
    const done = Promise.all(['first', 'second', 'third'].map((text) => sending.add(text)));
    for (const so of [1, 2, 3]) {
      await expect.poll(() => asked.length).toBe(so);
      answer(true);
    }
    await done;
    expect({ asked, back }).toEqual({ asked: ['first', 'second', 'third'], back: [] });
  });

  it('come back together where one is not taken, so that none passes another', async () => {
    const { sending, asked, back, answer } = slowDevice();
    const done = Promise.all(['first', 'second', 'third'].map((text) => sending.add(text)));
    answer(true);
    await expect.poll(() => asked.length).toBe(2);
    answer(false);
    await done;
    expect({ asked, back }).toEqual({ asked: ['first', 'second'], back: ['second\nthird'] });
  });

  it('are taken again after one that was not', async () => {
    const { sending, asked, answer } = slowDevice();
    const refused = sending.add('first');
    answer(false);
    await refused;
    const taken = sending.add('first, once more');
    answer(true);
    await taken;
    expect(asked).toEqual(['first', 'first, once more']);
  });
});
