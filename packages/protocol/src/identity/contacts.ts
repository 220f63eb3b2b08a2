/**
 * What an account has decided of people, for all its devices: whom it accepted or blocked, and which keys were
 * verified. Sealed under the settings key, so that the server sees only its size (docs/spec/identity.md, Contacts).
 */
import {
  type Bytes,
  concat,
  copyBytes,
  decodeCanonicalCbor,
  encodeCbor,
  equalBytes,
  open,
  type Random,
  seal,
} from '@sotto/crypto';
import { type AccountId, idBytes, idFromBytes } from '../ids.ts';
import { SEALED } from '../labels.ts';

export type Relation = 'accepted' | 'blocked';

/**
 * Of one person. The two decisions stand for themselves, each with the time at which it was taken, in milliseconds
 * since 1970: the later one counts. Time 0: never decided.
 */
export interface Contact {
  readonly accountId: AccountId;
  readonly relation: Relation | null;
  readonly relationTime: number;
  /** The signing key that the person compared; null where they did not, or took it back. */
  readonly verifiedKey: Bytes | null;
  readonly verifiedTime: number;
}

export type Contacts = ReadonlyMap<AccountId, Contact>;

const RELATIONS: readonly (Relation | null)[] = [null, 'accepted', 'blocked'];
/** People of whom a list says something: more than anybody knows, few enough for the server to take. */
export const MOST_CONTACTS = 10_000;
const LEAST_LENGTH = 1_024;
const HEAD = 4;

/** Of each decision the later one; where two are of one time, the first argument's. */
export function mergeContacts(ours: Contacts, theirs: Contacts): Contacts {
  const merged = new Map(ours);
  for (const their of theirs.values()) {
    const our = merged.get(their.accountId);
    if (our === undefined) {
      merged.set(their.accountId, their);
      continue;
    }
    const relation = our.relationTime >= their.relationTime ? our : their;
    const verified = our.verifiedTime >= their.verifiedTime ? our : their;
    merged.set(our.accountId, {
      accountId: our.accountId,
      relation: relation.relation,
      relationTime: relation.relationTime,
      verifiedKey: verified.verifiedKey,
      verifiedTime: verified.verifiedTime,
    });
  }
  return merged;
}

/**
 * What is to be believed of a list at `latest`, in milliseconds since 1970: no decision is from later, so that none
 * can stand above all that come, and the newest {@link MOST_CONTACTS} people count.
 */
export function plausibleContacts(contacts: Contacts, latest: number): Contacts {
  const clamped = [...contacts.values()].map((contact) => ({
    ...contact,
    relationTime: Math.min(contact.relationTime, latest),
    verifiedTime: Math.min(contact.verifiedTime, latest),
  }));
  const newest = (contact: Contact) => Math.max(contact.relationTime, contact.verifiedTime);
  const kept = clamped.sort((a, b) => newest(b) - newest(a)).slice(0, MOST_CONTACTS);
  return new Map(kept.map((contact) => [contact.accountId, contact]));
}

export function equalContacts(one: Contacts, other: Contacts): boolean {
  return equalBytes(encodeContacts(one), encodeContacts(other));
}

/** Sealed as number `number` of the account's versions, padded to a power of two of at least 1024 bytes. */
export function sealContacts(
  settingsKey: Bytes,
  account: AccountId,
  number: number,
  contacts: Contacts,
  random: Random,
): Promise<Bytes> {
  const bytes = encodeContacts(contacts);
  const padded = new Uint8Array(paddedLength(HEAD + bytes.length));
  new DataView(padded.buffer).setUint32(0, bytes.length);
  padded.set(bytes, HEAD);
  return seal(settingsKey, SEALED.contacts, place(account, number), padded, random);
}

/** Undefined where this is not what a device with this key sealed for that place. */
export async function openContacts(
  settingsKey: Bytes,
  account: AccountId,
  number: number,
  sealed: Bytes,
): Promise<Contacts | undefined> {
  try {
    const padded = await open(settingsKey, SEALED.contacts, place(account, number), sealed);
    const length = new DataView(padded.buffer, padded.byteOffset, padded.byteLength).getUint32(0);
    return decodeContacts(padded.subarray(HEAD, HEAD + length));
  } catch {
    return undefined;
  }
}

function place(account: AccountId, number: number): Bytes {
  return concat(idBytes(account), encodeCbor(number));
}

function paddedLength(length: number): number {
  let padded = LEAST_LENGTH;
  while (padded < length) padded *= 2;
  return padded;
}

function encodeContacts(contacts: Contacts): Bytes {
  const sorted = [...contacts.values()].sort((a, b) => (a.accountId < b.accountId ? -1 : 1));
  return encodeCbor(
    sorted.map((contact) => [
      idBytes(contact.accountId),
      RELATIONS.indexOf(contact.relation),
      contact.relationTime,
      contact.verifiedKey,
      contact.verifiedTime,
    ]),
  );
}

function decodeContacts(bytes: Uint8Array): Contacts | undefined {
  const items = decodeCanonicalCbor(bytes);
  if (!Array.isArray(items)) return undefined;
  const contacts = new Map<AccountId, Contact>();
  for (const item of items as unknown[]) {
    const contact = contactFrom(item);
    if (contact === undefined || contacts.has(contact.accountId)) return undefined;
    contacts.set(contact.accountId, contact);
  }
  return contacts;
}

function contactFrom(item: unknown): Contact | undefined {
  if (!Array.isArray(item) || item.length !== 5) return undefined;
  const [id, relationIndex, relationTime, key, verifiedTime] = item as unknown[];
  const accountId = idFromBytes<AccountId>(id);
  const relation = typeof relationIndex === 'number' ? RELATIONS[relationIndex] : undefined;
  if (accountId === undefined || relation === undefined) return undefined;
  if (!isTime(relationTime) || !isTime(verifiedTime)) return undefined;
  if (key !== null && !(key instanceof Uint8Array && key.length === 32)) return undefined;
  const verifiedKey = key === null ? null : copyBytes(key as Uint8Array);
  return { accountId, relation, relationTime, verifiedKey, verifiedTime };
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
