/**
 * Acts that need a key slot: the account is opened for one of them, a next state is published, and what was opened
 * is dropped. A device in use holds neither the account key nor the signing key.
 */
import { type AnswerOf, type BodyOf, fieldBytes, identity } from '@sotto/contract';
import {
  type Bytes,
  hasCode,
  type Random,
  SottoError,
  secretFromWords,
  toBase64Url,
  unknownWords,
  wipe,
} from '@sotto/crypto';
import {
  type AccountState,
  type Address,
  nameOf,
  newId,
  type OpenAccount,
  openAccount,
  publication,
  readSignedState,
  type SlotId,
  type SlotKeys,
  slotKeys,
} from '@sotto/protocol';
import { BOUNDS } from '../bounds.ts';
import type { Http } from '../session/http.ts';
import { provePassword } from './opaque.ts';
import { proveRecovery } from './recovery.ts';

/** A slot that the server accepted for ten minutes. */
export interface ProvenSlot {
  readonly token: string;
  readonly keys: SlotKeys;
  readonly address: Address;
}

export async function provePasswordSlot(http: Http, address: Address, password: string): Promise<ProvenSlot> {
  const { token, secret } = await provePassword(http, nameOf(address), password);
  const keys = await slotKeys(secret);
  wipe(secret);
  return { token, keys, address };
}

/** Throws `recovery_words_invalid` before anything is sent where the words cannot be a recovery code. */
export async function proveRecoverySlot(
  http: Http,
  domain: string,
  address: Address,
  words: string,
): Promise<ProvenSlot> {
  const secret = secretFromWords(words);
  if (secret === undefined) throw new SottoError('recovery_words_invalid', whatIsWrong(words));
  const keys = await slotKeys(secret);
  wipe(secret);
  return { token: await proveRecovery(http, domain, nameOf(address), keys), keys, address };
}

/** Typed on this device by whom it is shown to, so that it may name words. */
function whatIsWrong(words: string): string {
  const unknown = unknownWords(words);
  if (unknown.length === 0) {
    return 'These are not the words of a recovery code. Check their spelling and order: there are 24.';
  }
  const named = unknown.slice(0, 3).map((word) => `“${word.slice(0, 20)}”`);
  return `No recovery code has the word ${named.join(' or ')}. Check the spelling.`;
}

/** Slots as the server needs them beside the keyring. */
export type ServerSlot = BodyOf<typeof identity.publishState>['slots'][number];

export interface Changed {
  readonly account: OpenAccount;
  /** Slots that are new or have another secret. */
  readonly slots: readonly ServerSlot[];
}

export interface Published {
  readonly account: OpenAccount;
  readonly states: readonly Bytes[];
  readonly newest: AccountState;
}

const TRIES = 4;

/**
 * Opens the account, lets `change` make its next form, and publishes it. Where another device publishes first, the
 * newer account is opened and changed anew.
 */
export async function changeAccount(
  http: Http,
  slot: ProvenSlot,
  random: Random,
  change: (account: OpenAccount, slotId: SlotId) => Promise<Changed>,
): Promise<Published> {
  for (let tries = 1; ; tries++) {
    const { slotId, states, keyring } = await readAccount(http, slot.token);
    const before = await openAccount(slotId, slot.keys, slot.address, states, keyring);
    const { account, slots } = await change(before, slotId);
    const next = await publication(account, random);
    try {
      await http.request(
        identity.publishState,
        {
          state: toBase64Url(next.state),
          keyring: toBase64Url(next.keyring),
          slots: [...slots],
          keep: account.slots.map(({ id }) => id),
        },
        slot.token,
      );
    } catch (error) {
      if (hasCode(error, 'state_conflict') && tries < TRIES) continue;
      throw error;
    }
    const newest = await readSignedState(next.state);
    if (newest === undefined) throw new SottoError('internal', 'The new account state cannot be read back.');
    return { account, states: [...states, next.state], newest };
  }
}

/**
 * The whole chain and the keyring, as the server has them: nothing of it is checked yet. Throws
 * `account_not_authentic` where there is no end to the chain (attack X4).
 */
async function readAccount(http: Http, token: string) {
  const states: Bytes[] = [];
  let size = 0;
  let page: AnswerOf<typeof identity.getAccount>;
  do {
    page = await http.request(identity.getAccount, { from: states.length }, token);
    for (const state of page.states.map(requiredBytes)) {
      size += state.length;
      states.push(state);
    }
    if (states.length > BOUNDS.states || size > BOUNDS.stateBytes) throw endless();
  } while (page.more && page.states.length > 0);
  return { slotId: page.slotId, states, keyring: requiredBytes(page.keyring) };
}

function endless(): SottoError {
  return new SottoError(
    'account_not_authentic',
    'The server gave more account data than any account has. Nothing was changed; tell whoever runs it.',
  );
}

export function requiredBytes(field: string): Bytes {
  const bytes = fieldBytes(field);
  if (bytes === undefined) throw new SottoError('server_answer_invalid', 'The server gave malformed data.');
  return bytes;
}

export function newSlotId(random: Random): SlotId {
  return newId<SlotId>(random);
}
