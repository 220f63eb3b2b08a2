/**
 * Making an account. All keys are made on this device; the person sees the recovery words and is asked two of them
 * back, and only then does anything become an account on the server.
 */
import { identity } from '@sotto/contract';
import {
  type Bytes,
  passwordStrength,
  type Random,
  SottoError,
  toBase64Url,
  wordsFromSecret,
} from '@sotto/crypto';
import {
  type Address,
  nameOf,
  newAccount,
  newAccountId,
  type OpenAccount,
  publication,
  slotKeys,
  withDevice,
  withSlot,
} from '@sotto/protocol';
import type { Http } from '../session/http.ts';
import { asAccountDevice, type DeviceKeys, newDeviceKeys } from './device-keys.ts';
import { startRegistration } from './opaque.ts';
import { newSlotId, type ServerSlot } from './slot-act.ts';

export interface SignUpInput {
  readonly address: Address;
  readonly password: string;
  readonly invite: string | undefined;
}

/** An account that exists on this device only. */
export interface PendingSignUp {
  readonly words: string;
  /** Positions, from 1, of the words asked back. */
  readonly ask: readonly number[];
  /** Throws `recovery_words_wrong` where `answers` are not those words; then it may be tried again. */
  finish(answers: readonly string[]): Promise<NewDevice>;
}

/** A device that has just become part of an account. */
export interface NewDevice {
  readonly account: OpenAccount;
  readonly keys: DeviceKeys;
  /** Every signed state of the account, oldest first. */
  readonly states: readonly Bytes[];
}

/** Throws `password_too_weak`, `name_taken` or what registration says. */
export async function beginSignUp(http: Http, input: SignUpInput, random: Random): Promise<PendingSignUp> {
  const { address, password } = input;
  await requireStrongPassword(password, address);
  const accountId = newAccountId(random);
  const registration = await startRegistration(password);
  const invite = input.invite === undefined ? {} : { invite: input.invite };
  const { registrationResponse } = await http.request(identity.beginAccount, {
    accountId,
    name: nameOf(address),
    registrationRequest: registration.request,
    ...invite,
  });
  const { record, secret } = await registration.finish(registrationResponse);
  const recoverySecret = random(32);
  const [passwordKeys, recoveryKeys] = [await slotKeys(secret), await slotKeys(recoverySecret)];
  const passwordSlot = { id: newSlotId(random), kind: 'password', keys: passwordKeys } as const;
  const recoverySlot = { id: newSlotId(random), kind: 'recovery', keys: recoveryKeys } as const;
  const keys = await newDeviceKeys(random);

  const words = wordsFromSecret(recoverySecret);
  const ask = pickTwo(words.split(' ').length, random);
  return {
    words,
    ask,
    async finish(answers) {
      checkAnswers(words, ask, answers);
      let account = newAccount(accountId, address, random);
      account = await withSlot(account, passwordSlot, random);
      account = await withSlot(account, recoverySlot, random);
      account = withDevice(account, asAccountDevice(keys));
      const { state, keyring } = await publication(account, random);
      const signInKey = toBase64Url(recoveryKeys.signIn.publicKey);
      const slots: ServerSlot[] = [
        { kind: 'password', id: passwordSlot.id, record },
        { kind: 'recovery', id: recoverySlot.id, signInKey },
      ];
      await http.request(identity.createAccount, {
        accountId,
        name: nameOf(address),
        state: toBase64Url(state),
        keyring: toBase64Url(keyring),
        slots,
        ...invite,
      });
      return { account, keys, states: [state] };
    },
  };
}

/** Throws `password_too_weak`. */
export async function requireStrongPassword(password: string, address: Address): Promise<void> {
  const { strongEnough } = await passwordStrength(password, [nameOf(address), address, 'sotto']);
  if (!strongEnough) {
    throw new SottoError(
      'password_too_weak',
      'This password is too easy to guess. Use more words, or let Sotto suggest one.',
    );
  }
}

function checkAnswers(words: string, ask: readonly number[], answers: readonly string[]): void {
  const list = words.split(' ');
  const right = ask.every((position, i) => answers[i]?.trim().toLowerCase() === list[position - 1]);
  if (!right) {
    throw new SottoError(
      'recovery_words_wrong',
      'These are not the words asked for. Look at your note and try again.',
    );
  }
}

/** Two different positions from 1 to `count`, ascending. */
function pickTwo(count: number, random: Random): readonly number[] {
  const [a = 0, b = 0] = random(2);
  const first = a % count;
  const second = (first + 1 + (b % (count - 1))) % count;
  return [first + 1, second + 1].sort((x, y) => x - y);
}
