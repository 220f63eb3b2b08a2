/**
 * Who may be in a direct conversation. Each leaf names the account state that certifies it; it is judged by the
 * states that this device has verified itself, never by what the server says.
 */
import { type Bytes, equalBytes } from '@sotto/crypto/public';
import type { AccountId, DeviceId } from '../ids.ts';
import { type Credential, decodeCredential } from './credential.ts';
import type { DirectAccounts } from './direct-context.ts';

/** What is known of an account: its newest verified state, and the hashes of those before. */
export interface KnownAccount {
  readonly accountId: AccountId;
  readonly number: number;
  /** Hash of a verified state, the newest included; undefined where this device does not have it. */
  readonly hashOf: (number: number) => Bytes | undefined;
  readonly devices: readonly { readonly id: DeviceId; readonly key: Bytes }[];
}

export type Verdict =
  /** The newest state lists this device with this key. */
  | 'ok'
  /** No credential of ours, an unknown account, another key than the listed one, or a state that is not the account's. */
  | 'not-certified'
  /** The newest state does not list the device. */
  | 'device-removed'
  /** Of neither of the two accounts. */
  | 'foreign-account'
  /** Names a state newer than this device knows: fetch the account's states and judge again. */
  | 'newer-state';

export interface Judgement {
  readonly leaf: number;
  /** Null where the identity is none of ours. */
  readonly credential: Credential | null;
  readonly verdict: Verdict;
}

export interface JudgedLeaf {
  readonly leaf: number;
  readonly identity: Bytes;
  readonly signatureKey: Bytes;
}

export interface JudgeInput {
  readonly accounts: DirectAccounts;
  readonly known: (account: AccountId) => KnownAccount | undefined;
}

/** One judgement for each leaf, in their order. */
export function judgeLeaves(leaves: readonly JudgedLeaf[], input: JudgeInput): readonly Judgement[] {
  return leaves.map((leaf) => {
    const credential = decodeCredential(leaf.identity);
    if (credential === undefined) return { leaf: leaf.leaf, credential: null, verdict: 'not-certified' };
    return { leaf: leaf.leaf, credential, verdict: verdictOf(credential, leaf.signatureKey, input) };
  });
}

function verdictOf(credential: Credential, signatureKey: Bytes, input: JudgeInput): Verdict {
  const { accountId, deviceId, state } = credential;
  if (!input.accounts.includes(accountId)) return 'foreign-account';
  const account = input.known(accountId);
  if (account === undefined) return 'not-certified';
  if (state.number > account.number) return 'newer-state';
  const hash = account.hashOf(state.number);
  if (hash === undefined || !equalBytes(hash, state.hash)) return 'not-certified';
  const device = account.devices.find(({ id }) => id === deviceId);
  if (device === undefined) return 'device-removed';
  return equalBytes(device.key, signatureKey) ? 'ok' : 'not-certified';
}
