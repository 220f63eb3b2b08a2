/**
 * What the account has decided of people, shared by its devices: accepted or blocked, and whose keys were verified
 * (docs/spec/identity.md, Contacts). A conversation and a pin hold each its own decision with the time of it; here
 * stands what the account's sealed list said last, which also covers people whom this device has not met yet.
 *
 * The server only keeps the list. An older one takes nothing back, since of each decision the later one counts.
 */
import { identity as routes } from '@sotto/contract';
import { type Bytes, equalBytes, hasCode, toBase64Url } from '@sotto/crypto';
import {
  type AccountId,
  type Contact,
  type Contacts,
  equalContacts,
  mergeContacts,
  openContacts,
  plausibleContacts,
  sealContacts,
} from '@sotto/protocol';
import type { Core } from '../core.ts';
import { settingsKeyOf, workingKeysOf } from '../session/profile.ts';
import type { SealedStore } from '../store/sealed-store.ts';
import { requiredBytes } from './slot-act.ts';

const KEY = 'contacts';
const TRIES = 5;
const DAY = 86_400_000;
const MOST_MET = 500;
/** No generation of keys: what is kept here is still to be sealed. */
const STALE = -1;

/** What the server had when this device last looked, or put. */
interface Known {
  readonly number: number;
  /** The working keys under which it was sealed. */
  readonly generation: number;
  readonly contacts: readonly Contact[];
}

const NOTHING: Known = { number: 0, generation: 0, contacts: [] };

/** The account's list as this device last knew it. */
export class ContactList {
  readonly #store: SealedStore;
  readonly #met = new Set<AccountId>();
  #known: Known = NOTHING;
  #contacts: Contacts = new Map();

  constructor(store: SealedStore) {
    this.#store = store;
  }

  async load(): Promise<void> {
    this.#take((await this.#store.get<Known>(KEY)) ?? NOTHING);
  }

  get number(): number {
    return this.#known.number;
  }

  get generation(): number {
    return this.#known.generation;
  }

  get contacts(): Contacts {
    return this.#contacts;
  }

  get(accountId: AccountId): Contact | undefined {
    return this.#contacts.get(accountId);
  }

  /** True once for each of the first few: people whom this device has not met are looked up with measure. */
  isToMeet({ accountId }: Contact): boolean {
    if (this.#met.has(accountId) || this.#met.size >= MOST_MET) return false;
    this.#met.add(accountId);
    return true;
  }

  async keep(number: number, generation: number, contacts: Contacts): Promise<void> {
    const known: Known = { number, generation, contacts: [...contacts.values()] };
    await this.#store.put(KEY, known);
    this.#take(known);
  }

  #take(known: Known): void {
    this.#known = known;
    this.#contacts = new Map(known.contacts.map((contact) => [contact.accountId, contact]));
  }
}

/**
 * Brings this device and the account's list to one state: takes what is newer there, and adds what is newer here.
 * @param newest the number that the server has told; undefined where it has told none
 */
export async function syncContacts(core: Core, newest: number | undefined): Promise<void> {
  const generation = workingKeysOf(core.profile.value).length - 1;
  const { contactList: list } = core;
  const settled = list.number === (newest ?? list.number) && list.generation === generation;
  if (settled && equalContacts(decidedHere(core), list.contacts)) return;
  for (let tries = 1; ; tries++) {
    const found = await fetchContacts(core);
    if (found === undefined) return;
    const here = decidedHere(core);
    const merged = believable(core, here, found, generation);
    const published = found.generation === generation && equalContacts(merged, found.contacts);
    await list.keep(found.number, published ? generation : STALE, merged);
    await applyContacts(core);
    if (published) return;
    try {
      await publish(core, found.number + 1, merged);
      return await list.keep(found.number + 1, generation, merged);
    } catch (error) {
      if (!hasCode(error, 'state_conflict') || tries === TRIES) throw error;
    }
  }
}

/**
 * What is here and what was found, of each decision the later one. A device that was removed still has the former
 * keys: from a list under those only what is not decided here is taken, and that nobody is verified.
 */
function believable(core: Core, here: Contacts, found: Found, generation: number): Contacts {
  const latest = core.now() + DAY;
  const current = found.generation === generation;
  const theirs = current ? found.contacts : whatIsNew(here, found.contacts);
  return plausibleContacts(mergeContacts(here, plausibleContacts(theirs, latest)), latest);
}

function whatIsNew(here: Contacts, found: Contacts): Contacts {
  const unknown = [...found.values()].filter(
    ({ accountId }) => (here.get(accountId)?.relationTime ?? 0) === 0,
  );
  return new Map(
    unknown.map((contact) => [contact.accountId, { ...contact, verifiedKey: null, verifiedTime: 0 }]),
  );
}

type Found = Omit<Known, 'contacts'> & { readonly contacts: Contacts };

/** Undefined where what the server has opens under no key of this device: a newer key may be on its way. */
async function fetchContacts(core: Core): Promise<Found | undefined> {
  const { number, sealed } = await core.http.request(routes.getContacts, {}, await core.token());
  const keys = workingKeysOf(core.profile.value);
  if (sealed === null) return { number, generation: keys.length - 1, contacts: new Map() };
  const bytes = requiredBytes(sealed);
  for (const { number: generation, settingsKey } of keys.toReversed()) {
    const contacts = await openContacts(settingsKey, core.self.accountId, number, bytes);
    if (contacts !== undefined) return { number, generation, contacts };
  }
  return undefined;
}

async function publish(core: Core, number: number, contacts: Contacts): Promise<void> {
  const key: Bytes = settingsKeyOf(core.profile.value);
  const sealed = await sealContacts(key, core.self.accountId, number, contacts, core.random);
  await core.http.request(routes.setContacts, { number, sealed: toBase64Url(sealed) }, await core.token());
}

/** All decisions as this device knows them. */
function decidedHere(core: Core): Contacts {
  const here = new Map<AccountId, Contact>();
  const put = (accountId: AccountId, some: Partial<Contact>) =>
    here.set(accountId, { ...(here.get(accountId) ?? undecided(accountId)), ...some });
  for (const { id, state, decided = 0 } of core.timeline.all()) {
    if (decided > 0)
      put(id, { relation: state === 'declined' ? 'blocked' : 'accepted', relationTime: decided });
  }
  for (const { accountId, verified, verifiedTime = 0, signingKey } of core.directory.all()) {
    if (verifiedTime > 0) put(accountId, { verifiedKey: verified ? signingKey : null, verifiedTime });
  }
  return mergeContacts(here, core.contactList.contacts);
}

function undecided(accountId: AccountId): Contact {
  return { accountId, relation: null, relationTime: 0, verifiedKey: null, verifiedTime: 0 };
}

/** Lets conversations and pins follow the list where it is newer. */
async function applyContacts(core: Core): Promise<void> {
  for (const contact of core.contactList.contacts.values()) {
    await applyRelation(core, contact);
    const shown = contact.relation === 'blocked' || contact.verifiedKey !== null;
    if (shown && core.directory.get(contact.accountId) === undefined && core.contactList.isToMeet(contact)) {
      // Whoever cannot be found is met when the person writes.
      await core.directory.refresh(contact.accountId).catch(() => undefined);
    }
    await applyVerified(core, contact.accountId);
  }
  core.live.changed('people');
}

async function applyRelation(core: Core, { accountId, relation, relationTime }: Contact): Promise<void> {
  if (relation === null || (core.timeline.get(accountId)?.decided ?? 0) >= relationTime) return;
  await core.timeline.change((change) => {
    const record = change.conversation(accountId);
    if (record === undefined || (record.decided ?? 0) >= relationTime) return;
    const state = relation === 'blocked' ? 'declined' : 'active';
    const unread = state === 'declined' ? 0 : record.unread;
    change.putConversation({ ...record, state, unread, decided: relationTime });
  });
}

/** Whether the list says that the account's key is verified; nothing where the pin's own decision is newer. */
export async function applyVerified(core: Core, accountId: AccountId): Promise<void> {
  const contact = core.contactList.get(accountId);
  const pin = core.directory.get(accountId);
  if (contact === undefined || pin === undefined || (pin.verifiedTime ?? 0) >= contact.verifiedTime) return;
  const { verifiedKey, verifiedTime } = contact;
  const verified = verifiedKey !== null && equalBytes(verifiedKey, pin.signingKey);
  await core.directory.followVerified(accountId, verified, verifiedTime);
}

/** The person blocks somebody, or takes it back. */
export async function setBlocked(core: Core, accountId: AccountId, blocked: boolean): Promise<void> {
  if (core.timeline.get(accountId) === undefined) return decideUnmet(core, accountId, blocked);
  await core.timeline.change((change) => {
    const record = change.conversation(accountId);
    if (record === undefined) return;
    const unread = blocked ? 0 : record.unread;
    change.putConversation({ ...record, state: blocked ? 'declined' : 'active', unread });
  });
}

/** Of somebody with whom this device has no conversation. */
async function decideUnmet(
  { contactList: list, now }: Core,
  accountId: AccountId,
  blocked: boolean,
): Promise<void> {
  const before = list.get(accountId) ?? undecided(accountId);
  const relationTime = Math.max(now(), before.relationTime + 1);
  const contact: Contact = { ...before, relation: blocked ? 'blocked' : 'accepted', relationTime };
  await list.keep(list.number, STALE, new Map(list.contacts).set(accountId, contact));
}

export function isBlocked(core: Core, accountId: AccountId): boolean {
  const record = core.timeline.get(accountId);
  return record === undefined
    ? core.contactList.get(accountId)?.relation === 'blocked'
    : record.state === 'declined';
}
