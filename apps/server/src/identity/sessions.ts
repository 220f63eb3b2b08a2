/** Sessions of devices: opened by signing a challenge with the device's key, kept by the hash of their token. */
import { LIMITS, wireErrorOf } from '@sotto/contract';
import { type Bytes, systemRandom, toBase64Url, verify } from '@sotto/crypto/public';
import { type AccountId, type DeviceId, SIGNATURE, sessionStatement } from '@sotto/protocol/public';
import { newToken } from '../platform/http/callers.ts';
import { type Platform, requiredBytes } from '../platform/platform.ts';
import { Attempts } from './attempts.ts';

interface Challenge {
  readonly account: AccountId;
  readonly device: DeviceId;
  readonly challenge: Bytes;
}

export class Sessions {
  readonly #platform: Platform;
  readonly #challenges: Attempts<Challenge>;

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#challenges = new Attempts(platform.now);
  }

  /** Anybody may ask, for any ids: the answer tells nothing. */
  challenge(account: AccountId, device: DeviceId): { attempt: string; challenge: string } {
    const challenge = systemRandom(32);
    const attempt = this.#challenges.add({ account, device, challenge });
    return { attempt, challenge: toBase64Url(challenge) };
  }

  /** Throws `not_signed_in` unless the device stands in the account's newest state, is not signed out and signed. */
  async open(attemptName: string, signatureField: string): Promise<{ token: string; expires: number }> {
    const signature = requiredBytes(signatureField);
    const attempt = this.#challenges.take(attemptName);
    if (attempt === undefined) throw wireErrorOf('not_signed_in');
    const { account, device, challenge } = attempt;
    const { database, settings, now } = this.#platform;
    const row = await currentDevice(database.tables, account, device);
    const statement = sessionStatement(settings.domain, account, device, challenge);
    if (row === undefined || !(await verify(row.public_key, SIGNATURE.deviceSession, statement, signature))) {
      throw wireErrorOf('not_signed_in');
    }
    const { token, hash } = newToken();
    const expires = now() + LIMITS.deviceSession;
    await database.write(async (tables) => {
      // The device may have been removed while its signature was checked.
      if ((await currentDevice(tables, account, device)) === undefined) throw wireErrorOf('not_signed_in');
      await tables
        .insertInto('sessions')
        .values({ token_hash: hash, account, slot: null, device, expires })
        .execute();
    });
    return { token, expires };
  }
}

async function currentDevice(tables: Platform['database']['tables'], account: AccountId, device: DeviceId) {
  return await tables
    .selectFrom('devices')
    .select('public_key')
    .where('id', '=', device)
    .where('account', '=', account)
    .where('status', '=', 'current')
    .executeTakeFirst();
}
