/**
 * What a server can hand to somebody who signs in: keys of its own making, and weaker stretching. Nothing of it is
 * used, nothing more is asked or sent, and nothing is kept.
 */
import { join } from 'node:path';
import { openSqliteStore } from '@sotto/client/node';
import { identity } from '@sotto/contract';
import { encodeCbor, open, systemRandom, toBase64Url } from '@sotto/crypto';
import { publication, readSignedState, resealSlot, SEALED } from '@sotto/protocol';
import { openTestDevice, Reply, signUp } from '@sotto/testkit';
import { describe, expect, it, vi } from 'vitest';
import {
  ATTACKER_KEY,
  type Attack,
  afterReading,
  asField,
  attack,
  bytesOf,
  hostile,
  keyringOf,
  ownAccount,
  recover,
  server,
  signIn,
  useVictim,
  withSlots,
} from './account-parts.ts';
import { LONG } from './parts.ts';

useVictim();

const substitutions: readonly (readonly [string, Attack])[] = [
  [
    'wrapped account keys',
    async (real) => {
      const { accountId, slots } = keyringOf(real);
      const resealed = await Promise.all(slots.map((slot) => resealSlot(slot, accountId, ATTACKER_KEY)));
      return asField({ ...keyringOf(real), slots: resealed });
    },
  ],
  ['keyring', async (real) => ({ keyring: toBase64Url((await ownAccount(real)).keyring) })],
  [
    'account as a whole',
    async (real) => {
      const { state, keyring } = await ownAccount(real);
      return { states: [toBase64Url(state)], keyring: toBase64Url(keyring) };
    },
  ],
  [
    'signing key in a later state',
    async (real) => {
      const { account } = await ownAccount(real);
      const newest = (await readSignedState(bytesOf(real.states.at(-1) ?? ''))) ?? null;
      const { state, keyring } = await publication({ ...account, state: newest }, systemRandom);
      return { states: [...real.states, toBase64Url(state)], keyring: toBase64Url(keyring) };
    },
  ],
  ['anchor', async (real) => withSlots(real, (slot) => ({ ...slot, anchor: systemRandom(150) }))],
  [
    'anchor of another slot',
    async (real) => {
      const [first, second] = keyringOf(real).slots;
      return withSlots(real, (slot) => ({
        ...slot,
        anchor: (slot === first ? second : first)?.anchor ?? slot.anchor,
      }));
    },
  ],
  [
    'slot list with one slot more',
    async (real) => {
      const keyring = keyringOf(real);
      const { account } = await ownAccount(real);
      const more = account.slots.map((slot, i) => ({
        ...slot,
        id: toBase64Url(systemRandom(16)) as typeof slot.id,
        i,
      }));
      return asField({ ...keyring, slots: [...keyring.slots, ...more] });
    },
  ],
  [
    'other slot',
    async (real) => ({ slotId: keyringOf(real).slots.find(({ id }) => id !== real.slotId)?.id ?? '' }),
  ],
  ['no state at all', async () => ({ states: [] })],
];

describe('[S1] a server that answers with another', () => {
  it.each(substitutions)('%s is refused, and nothing follows', async (_, change) => {
    attack(change);
    for (const enter of [signIn, recover]) {
      expect(await enter()).toBe('account_not_authentic');
      expect(afterReading()).toEqual([]);
    }
    expect(hostile.traffic.clientFrames).toEqual([]);
  });

  it('leaves nothing on the device', async () => {
    const device = await openTestDevice(hostile.url);
    attack(async (real) => ({ keyring: toBase64Url((await ownAccount(real)).keyring) }));
    expect(await signIn(device)).toBe('account_not_authentic');
    await device.close();
    const store = openSqliteStore(join(device.home, 'profile.db'));
    expect((await store.range({ prefix: '' })).map(([key]) => key)).toEqual(['format']);
    await store.close();
    await device.dispose();
  });

  it(
    'succeeds where hashes and keys are not compared (control)',
    async () => {
      vi.doMock('@sotto/crypto', async (original) => ({
        ...(await original<object>()),
        equalBytes: () => true,
      }));
      vi.resetModules();
      const weak = await import('@sotto/testkit');
      const device = await weak.openTestDevice(hostile.url);
      attack(async (real) => ({ keyring: toBase64Url((await ownAccount(real)).keyring) }));
      const uploads: string[] = [];
      hostile.onRequest(identity.publishState, ({ keyring }) => {
        uploads.push(keyring);
        return new Reply(200, {});
      });
      await signIn(device);
      const uploaded = keyringOf({ slotId: '', states: [], keyring: uploads[0] ?? '' });
      const place = encodeCbor([bytesOf(uploaded.accountId), uploaded.number]);
      const secrets = await open(ATTACKER_KEY, SEALED.accountSecrets, place, uploaded.secrets);
      expect(secrets.length).toBeGreaterThan(100);
      await device.dispose();
    },
    LONG,
  );
});

describe('[K3] a server that asks for weaker stretching', () => {
  it.each([0, 2, 99])('number %i is refused before anything is derived', async (stretching) => {
    hostile.onAnswer(identity.startPasswordSignIn, (answer) => ({ ...answer, stretching }));
    expect(await signIn()).toBe('downgrade_refused');
    expect(hostile.traffic.exchanges.map(({ path }) => path)).toEqual([
      identity.server.path,
      identity.startPasswordSignIn.path,
    ]);
  });

  it(
    'gets no further with the answer to another password or account',
    async () => {
      const other = await signUp(server.url, 'other');
      let answer: unknown;
      hostile.onRequest(identity.startPasswordSignIn, (body) => ({ ...body, name: 'other' }));
      const stop = hostile.onAnswer(identity.startPasswordSignIn, (real) => {
        answer = real;
        return real;
      });
      expect(await signIn()).toBe('sign_in_refused');
      expect(answer).toBeDefined();
      stop();
      await other.device.dispose();
    },
    LONG,
  );

  it(
    'succeeds where the client believes the number (control)',
    async () => {
      vi.doMock('@sotto/contract', async (original) => ({ ...(await original<object>()), STRETCHING: 0 }));
      vi.resetModules();
      const weak = await import('@sotto/testkit');
      const device = await weak.openTestDevice(hostile.url);
      hostile.onAnswer(identity.startPasswordSignIn, (answer) => ({ ...answer, stretching: 0 }));
      hostile.onAnswer(identity.getAccount, (answer) => ({ ...answer, states: [] }));
      expect(await signIn(device)).toBe('account_not_authentic');
      expect(hostile.traffic.exchanges.map(({ path }) => path)).toContain(identity.finishPasswordSignIn.path);
      await device.dispose();
    },
    LONG,
  );
});
