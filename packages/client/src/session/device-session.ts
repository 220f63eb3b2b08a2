/** The device's own session: a token that it gets by signing the server's challenge, kept until shortly before its end. */
import { fieldBytes, identity } from '@sotto/contract';
import { hasCode, type SigningKey, SottoError, sign, toBase64Url } from '@sotto/crypto';
import { type AccountId, type DeviceId, SIGNATURE, sessionStatement } from '@sotto/protocol';
import type { Http } from './http.ts';

export interface DeviceIdentity {
  readonly domain: string;
  readonly accountId: AccountId;
  readonly deviceId: DeviceId;
  readonly key: SigningKey;
}

export interface DeviceSession {
  /** A token good for at least a minute. */
  token(): Promise<string>;
  /** The server refused the token: the next one is new. */
  forget(): void;
}

const MARGIN = 60_000;

export function createDeviceSession(http: Http, device: DeviceIdentity, now: () => number): DeviceSession {
  let current: { token: string; expires: number } | undefined;
  let opening: Promise<string> | undefined;

  const open = async (): Promise<string> => {
    const { accountId, deviceId } = device;
    const { attempt, challenge } = await http.request(identity.challengeDevice, { accountId, deviceId });
    const challengeBytes = fieldBytes(challenge);
    if (challengeBytes === undefined)
      throw new SottoError('server_answer_invalid', 'The server gave a bad challenge.');
    const statement = sessionStatement(device.domain, accountId, deviceId, challengeBytes);
    const signature = toBase64Url(await sign(device.key, SIGNATURE.deviceSession, statement));
    current = await http.request(identity.openSession, { attempt, signature });
    return current.token;
  };

  /** A challenge lives for a minute: one that ran out, on a machine that slept, does not mean that the device is out. */
  const openAgain = (error: unknown): Promise<string> => {
    if (!hasCode(error, 'not_signed_in')) throw error;
    return open();
  };

  return {
    async token() {
      if (current !== undefined && current.expires - MARGIN > now()) return current.token;
      opening ??= open()
        .catch(openAgain)
        .finally(() => {
          opening = undefined;
        });
      return opening;
    },
    forget() {
      current = undefined;
    },
  };
}
