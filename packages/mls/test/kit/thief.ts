/** Who steals a full copy of a state, and tries to read with it what was read or sent before. */
import { expect } from 'vitest';
import {
  decodeState,
  type Environment,
  encodeState,
  type GroupState,
  processMessage,
} from '../../src/index.ts';

/** No leaf: the copy of a sender passes for a reader's, which the chain of the sender would open. */
const NOBODYS_LEAF = 0xffff_ffff;

/** Which of the messages a copy of `state` opens. */
export async function stolen(
  env: Environment,
  state: GroupState,
  messages: readonly Uint8Array[],
): Promise<readonly number[]> {
  const copy: GroupState = { ...decodeState(encodeState(state)), ownLeaf: NOBODYS_LEAF };
  const opened: number[] = [];
  for (const [i, bytes] of messages.entries()) {
    const reading = processMessage(env, copy, bytes).then(
      () => true,
      () => false,
    );
    if (await reading) opened.push(i);
  }
  return opened;
}

export async function expectNothingStolen(
  env: Environment,
  state: GroupState,
  messages: readonly Uint8Array[],
): Promise<void> {
  expect(await stolen(env, state, messages)).toEqual([]);
}
