/** What a server labels as old, or as of a version that nobody knows, is refused: there is no older way. */
import { identity } from '@sotto/contract';
import {
  type Bytes,
  decodeCbor,
  encodeCbor,
  equalBytes,
  sha256,
  sign,
  signingKeyFromSeed,
  toBase64Url,
} from '@sotto/crypto';
import {
  type Address,
  decodeKeyring,
  encodeStateBody,
  joinSignedState,
  SIGNATURE,
  type Slot,
} from '@sotto/protocol';
import { describe, expect, it, vi } from 'vitest';
import {
  type Attack,
  afterReading,
  asField,
  attack,
  bytesOf,
  hostile,
  keyringOf,
  realAccount,
  recover,
  signIn,
  useVictim,
  victim,
  victimsKeys,
  withSlots,
} from './account-parts.ts';
import { LONG, outcome } from './parts.ts';

useVictim();

/** An array in CBOR with other items at the first places. */
function relabelled(bytes: Bytes, ...items: readonly unknown[]): Bytes {
  const decoded = decodeCbor(bytes);
  if (!Array.isArray(decoded)) throw new TypeError('no array');
  return encodeCbor([...items, ...decoded.slice(items.length)] as Parameters<typeof encodeCbor>[0]);
}

describe('[S3] an account that is labelled old', () => {
  const versions: readonly (readonly [string, (version: number) => Attack])[] = [
    [
      'state',
      (version) =>
        async ({ states }) => {
          const [signed = ''] = states;
          const [body, signature] = decodeCbor(bytesOf(signed)) as [Bytes, Bytes];
          const changed = relabelled(body, 'sotto account state', version);
          return { states: [toBase64Url(encodeCbor([changed, signature])), ...states.slice(1)] };
        },
    ],
    [
      'keyring',
      (version) =>
        async ({ keyring }) => ({
          keyring: toBase64Url(relabelled(bytesOf(keyring), 'sotto keyring', version)),
        }),
    ],
    [
      'anchor',
      (version) => async (real) =>
        withSlots(real, (slot) => ({ ...slot, anchor: Uint8Array.of(version, ...slot.anchor.subarray(1)) })),
    ],
    [
      'set of secrets',
      (version) => async (real) => {
        const keyring = keyringOf(real);
        return asField({ ...keyring, secrets: Uint8Array.of(version, ...keyring.secrets.subarray(1)) });
      },
    ],
  ];

  it.each(
    versions.flatMap(([name, make]) => [0, 2, 255].map((version) => [name, version, make(version)] as const)),
  )('by a %s of version %i is refused', async (_, __, change) => {
    attack(change);
    expect(await recover()).toBe('account_not_authentic');
    expect(afterReading()).toEqual([]);
  });

  it.each(['legacy', 'password-v0', '', '__proto__'])('by a slot of kind "%s" is refused', async (kind) => {
    attack(async (real) => withSlots(real, (slot) => ({ ...slot, kind: kind as Slot['kind'] })));
    expect(await recover()).toBe('account_not_authentic');
  });

  it.each([0])(
    'by a server of protocol %i is refused, unless the client takes it (control)',
    async (protocol) => {
      hostile.onAnswer(identity.server, (answer) => ({ ...answer, protocol }));
      expect(await signIn()).toBe('version_unsupported');
      expect(await recover()).toBe('version_unsupported');
      expect(new Set(hostile.traffic.exchanges.map(({ path }) => path))).toEqual(
        new Set([identity.server.path]),
      );

      vi.doMock('@sotto/contract', async (original) => ({
        ...(await original<object>()),
        PROTOCOL_VERSION: 0,
      }));
      vi.resetModules();
      const weak = await import('@sotto/testkit');
      const device = await weak.openTestDevice(hostile.url);
      attack(async () => ({ states: [] }));
      expect(await signIn(device)).toBe('account_not_authentic');
      await device.dispose();
    },
    LONG,
  );

  it('is refused even where the account signed it once, and read by a program that still knew it (control)', async () => {
    const { real, openWithCode } = await realAccount();
    const account = await openWithCode(real);
    const legacy = relabelled(bytesOf(real.keyring), 'sotto keyring', 0);
    if (account.state === null) throw new TypeError('no state');
    const body = encodeStateBody({ ...account.state, keyringHash: await sha256(legacy) });
    const key = await signingKeyFromSeed(account.signingSeed);
    const state = joinSignedState(body, await sign(key, SIGNATURE.accountState, body));
    const labelled = {
      ...real,
      states: [...real.states.slice(0, -1), toBase64Url(state)],
      keyring: toBase64Url(legacy),
    };
    expect(await outcome(openWithCode(labelled))).toBe('account_not_authentic');

    vi.resetModules();
    const KEYRING = '../../protocol/src/identity/keyring.ts';
    vi.doMock(KEYRING, async (original) => ({
      ...(await original<object>()),
      decodeKeyring: (bytes: Bytes) => decodeKeyring(relabelled(bytes, 'sotto keyring', 1)),
    }));
    const weak = await import('@sotto/protocol');
    vi.doUnmock(KEYRING);
    const slotId = keyringOf(real).slots.find(({ kind }) => kind === 'recovery')?.id ?? ('' as never);
    const states = labelled.states.map(bytesOf);
    const keys = await victimsKeys();
    const opened = await weak.openAccount(slotId, keys, victim.address as Address, states, legacy);
    expect(equalBytes(opened.accountKey, account.accountKey)).toBe(true);
  });
});
