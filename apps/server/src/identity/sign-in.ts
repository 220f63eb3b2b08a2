/**
 * Proving a key slot, by password or by recovery code, for a token that is good for ten minutes of account business
 * (docs/spec/identity.md). For a wrong secret, an unknown name and a locked name the steps, the statements of the
 * database, the operations of OPAQUE and the answers are the same (attack K9).
 */
import { LIMITS, STRETCHING, wireErrorOf } from '@sotto/contract';
import { type Bytes, systemRandom, toBase64Url, verify } from '@sotto/crypto/public';
import { type AccountId, SIGNATURE, type SlotId, slotStatement } from '@sotto/protocol/public';
import type { Tables } from '../platform/database/database.ts';
import { newToken } from '../platform/http/callers.ts';
import { type Platform, requiredBytes } from '../platform/platform.ts';
import { Attempts } from './attempts.ts';
import { beginTry, forgetTries } from './lockout.ts';
import type { Opaque } from './opaque.ts';

interface Proof {
  readonly nameHash: Bytes;
  /** Null for an unknown or locked name: nothing proves it. */
  readonly holder: { readonly account: AccountId; readonly slot: SlotId } | null;
}

interface PasswordAttempt extends Proof {
  readonly state: string;
}

interface RecoveryAttempt extends Proof {
  readonly publicKey: Bytes;
  readonly name: string;
  readonly challenge: Bytes;
}

/** What is verified against where there is no key: a valid point, so that the work is the same, and nobody's. */
const NOBODYS_KEY = Uint8Array.from([
  0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe, 0xd3, 0xc9, 0x64, 0x07, 0x3a, 0x0e, 0xe1,
  0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a,
]);

export class SignIn {
  readonly #platform: Platform;
  readonly #opaque: Opaque;
  readonly #passwords: Attempts<PasswordAttempt>;
  readonly #recoveries: Attempts<RecoveryAttempt>;

  constructor(platform: Platform, opaque: Opaque) {
    this.#platform = platform;
    this.#opaque = opaque;
    this.#passwords = new Attempts(platform.now);
    this.#recoveries = new Attempts(platform.now);
  }

  async startPassword(name: string, request: string) {
    const { database, secrets, now } = this.#platform;
    const nameHash = secrets.hash('password tries', name);
    const open = await beginTry(database, nameHash, now());
    const found = await slotOf(database.tables, name, 'password');
    // The fake id is made in every case.
    const fakeId = toBase64Url(secrets.hash('fake account id', name).slice(0, 16));
    const record = open ? (found?.record ?? null) : null;
    const { state, response } = this.#opaque.start(found?.account ?? fakeId, record, request);
    const holder = record === null || found === undefined ? null : found;
    const attempt = this.#passwords.add({ nameHash, holder, state });
    return { attempt, response, stretching: found?.stretching ?? STRETCHING };
  }

  /** The token. Throws `sign_in_refused`. */
  async finishPassword(attemptName: string, finish: string): Promise<string> {
    const attempt = this.#passwords.take(attemptName);
    if (attempt === undefined) throw wireErrorOf('sign_in_refused');
    const proven = this.#opaque.finish(attempt.state, finish);
    if (!proven || attempt.holder === null) throw wireErrorOf('sign_in_refused');
    return await this.#openSlot(attempt.nameHash, attempt.holder);
  }

  async startRecovery(name: string) {
    const { database, secrets, now } = this.#platform;
    const nameHash = secrets.hash('recovery tries', name);
    const open = await beginTry(database, nameHash, now());
    const found = await slotOf(database.tables, name, 'recovery');
    const challenge = systemRandom(32);
    const holder = open && found !== undefined ? found : null;
    const publicKey = holder === null ? NOBODYS_KEY : (found?.sign_in_key ?? NOBODYS_KEY);
    const attempt = this.#recoveries.add({ nameHash, holder, publicKey, name, challenge });
    return { attempt, challenge: toBase64Url(challenge) };
  }

  /** The token. Throws `recovery_refused`. */
  async finishRecovery(attemptName: string, signatureField: string): Promise<string> {
    const signature = requiredBytes(signatureField);
    const attempt = this.#recoveries.take(attemptName);
    if (attempt === undefined) throw wireErrorOf('recovery_refused');
    const statement = slotStatement(this.#platform.settings.domain, attempt.name, attempt.challenge);
    const proven = await verify(attempt.publicKey, SIGNATURE.slotSignIn, statement, signature);
    if (!proven || attempt.holder === null) throw wireErrorOf('recovery_refused');
    return await this.#openSlot(attempt.nameHash, attempt.holder);
  }

  async #openSlot(nameHash: Bytes, holder: NonNullable<Proof['holder']>): Promise<string> {
    const { token, hash } = newToken();
    const { database, now } = this.#platform;
    await database.write(async (tables) => {
      await forgetTries(tables, nameHash);
      await tables
        .insertInto('sessions')
        .values({
          token_hash: hash,
          account: holder.account,
          slot: holder.slot,
          device: null,
          expires: now() + LIMITS.slotSession,
        })
        .execute();
    });
    return token;
  }
}

async function slotOf(tables: Tables, name: string, kind: 'password' | 'recovery') {
  return await tables
    .selectFrom('accounts')
    .innerJoin('slots', 'slots.account', 'accounts.id')
    .select(['slots.account', 'slots.id as slot', 'record', 'stretching', 'sign_in_key'])
    .where('name', '=', name)
    .where('kind', '=', kind)
    .executeTakeFirst();
}
