/**
 * The tables, as Kysely knows them (docs/spec/server-storage.md). Ids are text, times are milliseconds since 1970,
 * what is sealed or signed is stored as it came. Made by migrations/; the two are changed together.
 */
import type { StreamId } from '@sotto/contract';
import type { Bytes } from '@sotto/crypto/public';
import type { AccountId, DeviceId, GroupId, SlotId } from '@sotto/protocol/public';
import type { Generated } from 'kysely';

export interface Schema {
  meta: { name: 'incarnation'; value: number };
  accounts: { id: AccountId; name: string; owner: 0 | 1; created: number; newest: number };
  states: { account: AccountId; number: number; hash: Bytes; signed: Bytes };
  keyrings: { account: AccountId; bytes: Bytes };
  /** What the account decided of people, sealed by its devices. */
  contacts: { account: AccountId; number: number; sealed: Bytes };
  /** One of each kind an account. `record` is OPAQUE's, for a password; `sign_in_key` is Ed25519's, for a code. */
  slots: {
    account: AccountId;
    id: SlotId;
    kind: 'password' | 'recovery';
    record: string | null;
    stretching: number | null;
    sign_in_key: Bytes | null;
  };
  /** A device that left the account's state keeps its row, so that its id and counter are never used again. */
  devices: {
    key: Generated<number>;
    id: DeviceId;
    account: AccountId;
    public_key: Bytes;
    added: number;
    status: DeviceStatus;
    label: Bytes | null;
    /** Newest counter of its submissions. */
    counter: number;
  };
  sessions: {
    token_hash: Bytes;
    account: AccountId;
    slot: SlotId | null;
    device: DeviceId | null;
    expires: number;
  };
  invites: { code_hash: Bytes; expires: number };
  /** Tries to sign in that were begun and not finished well, by a keyed hash of kind and name. */
  tries: { name_hash: Bytes; count: number; last: number };
  key_packages: { id: Generated<number>; device: number; last_resort: 0 | 1; bytes: Bytes };
  /** `handshake` is the number of the newest handshake entry. */
  groups: { id: GroupId; stream: number; handshake: number };
  /** The newest states of a group, each under the entry that led to it: the GroupInfo that came with its commit. */
  group_states: { group_id: GroupId; number: number; info: Bytes; maker: number | null };
  members: { group_id: GroupId; device: number; account: AccountId };
  /** What a device committed, so that a repetition gets the same answer. */
  commits: { device: number; request: string; digest: Bytes; number: number; time: number };
  streams: { key: Generated<number>; id: StreamId; newest: number };
  readers: { stream: number; device: number; acknowledged: number; until: number | null };
  entries: {
    stream: number;
    number: number;
    kind: number;
    sender: number;
    counter: number;
    time: number;
    bytes: Bytes;
  };
}

/** `current`: in the account's newest state and not signed out. */
export type DeviceStatus = 'current' | 'signed_out' | 'removed';
