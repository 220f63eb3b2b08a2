/** What the server checks of a published state, and how it keeps the state's slots and devices. */
import { type BodyOf, fieldBytes, type identity, STRETCHING, wireErrorOf } from '@sotto/contract';
import { type Bytes, equalBytes, sha256 } from '@sotto/crypto/public';
import { type AccountState, readSignedState } from '@sotto/protocol/public';
import type { Write } from '../platform/database/database.ts';
import type { Schema } from '../platform/database/schema.ts';
import { requiredBytes } from '../platform/platform.ts';

type SlotField = BodyOf<typeof identity.createAccount>['slots'][number];

export interface PublishedState {
  readonly state: AccountState;
  readonly signed: Bytes;
  readonly keyring: Bytes;
}

/** Throws `state_invalid` unless the state is signed by its own key, has a device and names the keyring. */
export async function readPublished(stateField: string, keyringField: string): Promise<PublishedState> {
  const signed = requiredBytes(stateField);
  const keyring = requiredBytes(keyringField);
  const state = await readSignedState(signed);
  if (state === undefined || state.devices.length === 0) throw wireErrorOf('state_invalid');
  if (!equalBytes(await sha256(keyring), state.keyringHash)) throw wireErrorOf('state_invalid');
  return { state, signed, keyring };
}

/** One slot of a kind is all that signing in by name can mean; throws `state_invalid` for more. */
export function checkSlots(slots: readonly SlotField[]): void {
  if (new Set(slots.map(({ kind }) => kind)).size !== slots.length) throw wireErrorOf('state_invalid');
  for (const slot of slots) {
    if (slot.kind === 'recovery' && fieldBytes(slot.signInKey) === undefined)
      throw wireErrorOf('bad_request');
  }
}

export async function storeState(tables: Write, { state, signed, keyring }: PublishedState): Promise<void> {
  const { accountId: account, number, hash } = state;
  await tables.insertInto('states').values({ account, number, hash, signed }).execute();
  await tables
    .insertInto('keyrings')
    .values({ account, bytes: keyring })
    .onConflict((conflict) => conflict.column('account').doUpdateSet({ bytes: keyring }))
    .execute();
}

/** Puts each slot in place of the one of its kind. */
export async function storeSlots(
  tables: Write,
  account: AccountState['accountId'],
  slots: readonly SlotField[],
): Promise<void> {
  for (const slot of slots) {
    const values = {
      id: slot.id,
      record: slot.kind === 'password' ? slot.record : null,
      stretching: slot.kind === 'password' ? STRETCHING : null,
      sign_in_key: slot.kind === 'recovery' ? requiredBytes(slot.signInKey) : null,
    };
    await tables
      .insertInto('slots')
      .values({ account, kind: slot.kind, ...values })
      .onConflict((conflict) => conflict.columns(['account', 'kind']).doUpdateSet(values))
      .execute();
  }
}

/** Adds the state's new devices with a stream each. Throws `state_invalid` for a device that was here before. */
export async function storeDevices(tables: Write, state: AccountState, now: number): Promise<void> {
  const known = await tables
    .selectFrom('devices')
    .select(['id', 'account', 'public_key', 'status'])
    .where(
      'id',
      'in',
      state.devices.map(({ id }) => id),
    )
    .execute();
  const byId = new Map(known.map((row) => [row.id, row]));
  for (const { id, key } of state.devices) {
    const row = byId.get(id);
    if (row === undefined) {
      await addDevice(tables, { id, account: state.accountId, public_key: key, added: now });
    } else if (
      row.account !== state.accountId ||
      row.status === 'removed' ||
      !equalBytes(row.public_key, key)
    ) {
      throw wireErrorOf('state_invalid');
    }
  }
}

async function addDevice(
  tables: Write,
  device: Pick<Schema['devices'], 'id' | 'account' | 'public_key' | 'added'>,
): Promise<void> {
  const { key } = await tables
    .insertInto('devices')
    .values({ ...device, status: 'current', label: null, counter: 0 })
    .returning('key')
    .executeTakeFirstOrThrow();
  const stream = await tables
    .insertInto('streams')
    .values({ id: device.id, newest: 0 })
    .returning('key')
    .executeTakeFirstOrThrow();
  await tables
    .insertInto('readers')
    .values({ stream: stream.key, device: key, acknowledged: 0, until: null })
    .execute();
}
