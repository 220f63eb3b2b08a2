/** A server that damages a wrapped key at each login and watches what the client does (ePrint 2022/914). */
import { hasCode } from '@sotto/crypto';
import { type Address, openAccount, type Slot } from '@sotto/protocol';
import { describe, expect, it, vi } from 'vitest';
import {
  type Account,
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
import { LONG } from './parts.ts';

useVictim();

describe('[S9] a wrapped key that is changed at each login', () => {
  const LOGINS = 1_000;

  it(
    `gives the same error ${LOGINS} times, and is never opened`,
    async () => {
      const { real, keys, slot } = await realAccount();
      let opened = 0;
      const counting: typeof keys = {
        ...keys,
        encryption: {
          ...keys.encryption,
          open(...input) {
            opened += 1;
            return keys.encryption.open(...input);
          },
        },
      };
      const states = real.states.map(bytesOf);
      const errors = new Set<string>();
      for (let i = 0; i < LOGINS; i++) {
        const keyring = bytesOf(mutatedKey(real, slot, i).keyring);
        const act = openAccount(slot.id, counting, victim.address as Address, states, keyring);
        errors.add(
          await act.then(
            () => 'opened',
            (error: unknown) =>
              error instanceof Error && 'code' in error ? `${error.code}: ${error.message}` : '',
          ),
        );
      }
      expect([...errors]).toEqual([expect.stringContaining('account_not_authentic: ')]);
      expect(opened).toBe(0);
      await openAccount(slot.id, counting, victim.address as Address, states, bytesOf(real.keyring));
      expect(opened).toBe(1);
    },
    LONG,
  );

  it(
    'changes nothing that the server can see of a login',
    async () => {
      const seen = new Set<string>();
      let round = 0;
      attack(async (real) => {
        const slot = keyringOf(real).slots.find(({ id }) => id === real.slotId);
        return slot === undefined ? {} : mutatedKey(real, slot, 83 * round++);
      });
      for (const enter of [recover, signIn]) {
        const outcomes = new Set<unknown>();
        seen.clear();
        for (let i = 0; i < 6; i++) {
          hostile.forget();
          outcomes.add(await enter());
          const requests = hostile.traffic.exchanges.map(({ method, path, request }) => [
            method,
            path,
            request.length,
          ]);
          seen.add(JSON.stringify(requests));
        }
        expect([...outcomes]).toEqual(['account_not_authentic']);
        expect(seen.size).toBe(1);
      }
      expect(round).toBe(12);
    },
    LONG,
  );

  it('is an oracle where the keyring is not compared with what was signed (control)', async () => {
    const { real, slot } = await realAccount();
    vi.doMock('@sotto/crypto', async (original) => ({
      ...(await original<object>()),
      equalBytes: () => true,
    }));
    vi.resetModules();
    const weak = await import('@sotto/protocol');
    const keys = await victimsKeys();
    let opened = 0;
    const counting = {
      ...keys,
      encryption: {
        ...keys.encryption,
        open(...input: Parameters<typeof keys.encryption.open>) {
          opened += 1;
          return keys.encryption.open(...input);
        },
      },
    };
    const states = real.states.map(bytesOf);
    const causes = new Set<string>();
    for (let i = 0; i < 10; i++) {
      const keyring = bytesOf(mutatedKey(real, slot, 100 * i).keyring);
      await weak
        .openAccount(slot.id, counting, victim.address as Address, states, keyring)
        .catch((error: unknown) => {
          causes.add(
            error instanceof Error && hasCode(error.cause, 'not_authentic') ? 'decryption' : 'other',
          );
        });
    }
    expect(opened).toBe(10);
  });
});

/** One bit of the wrapped key changed, at a place that goes with `round`. */
function mutatedKey(real: Account, { id }: Slot, round: number): { keyring: string } {
  return withSlots(real, (slot) => {
    if (slot.id !== id) return slot;
    const accountKey = new Uint8Array(slot.accountKey);
    const at = round % accountKey.length;
    accountKey[at] = (accountKey[at] ?? 0) ^ (1 << (round % 8));
    return { ...slot, accountKey };
  });
}
