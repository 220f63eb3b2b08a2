/**
 * The chain of an account's states: each is signed by the account's signing key, numbered one more than the one
 * before, and holds its hash (docs/spec/directory.md).
 */
import { type Bytes, equalBytes, SottoError } from '@sotto/crypto/public';
import { type AccountState, readSignedState } from '../identity/account-state.ts';
import type { Address } from '../identity/address.ts';
import type { AccountId } from '../ids.ts';

/** What a chain must be of. A signing key that is not known yet is taken from the first state. */
export interface ChainExpectation {
  readonly accountId: AccountId;
  readonly address: Address;
  readonly signingKey?: Bytes;
}

/** The last state that is known already: the chain must go on from it. */
export interface ChainStart {
  readonly number: number;
  readonly hash: Bytes;
}

/**
 * Reads signed states that follow `start`, or begin at 0. Throws `chain_invalid` where one does not follow from the
 * one before or is not of the account that was expected.
 */
export async function verifyChain(
  signedStates: readonly Uint8Array[],
  expected: ChainExpectation,
  start?: ChainStart,
): Promise<readonly AccountState[]> {
  let { signingKey } = expected;
  let previous: ChainStart | undefined = start;
  const states: AccountState[] = [];
  for (const signed of signedStates) {
    const state = await readSignedState(signed);
    if (state === undefined) throw invalid('a state is malformed or its signature is wrong');
    signingKey ??= state.signingKey;
    checkFollows(state, previous);
    if (state.accountId !== expected.accountId) throw invalid('a state is of another account');
    if (state.address !== expected.address) throw invalid('a state is of another address');
    if (!equalBytes(state.signingKey, signingKey)) throw invalid('a state has another signing key');
    states.push(state);
    previous = state;
  }
  return states;
}

function checkFollows(state: AccountState, previous: ChainStart | undefined): void {
  if (state.number !== (previous === undefined ? 0 : previous.number + 1)) {
    throw invalid('a state has the wrong number');
  }
  const link = previous?.hash;
  const fits =
    link === undefined
      ? state.previous === null
      : state.previous !== null && equalBytes(state.previous, link);
  if (!fits) throw invalid('a state does not follow the one before');
}

function invalid(reason: string): SottoError {
  return new SottoError(
    'chain_invalid',
    `The server sent account data that does not fit what this device knows: ${reason}.`,
  );
}
