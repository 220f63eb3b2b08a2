import { systemRandom } from '@sotto/crypto';
import { describe, expect, it } from 'vitest';
import { type AccountId, newId } from '../ids.ts';
import {
  type Contact,
  type Contacts,
  equalContacts,
  MOST_CONTACTS,
  mergeContacts,
  openContacts,
  plausibleContacts,
  sealContacts,
} from './contacts.ts';

const key = systemRandom(32);
const account = newId<AccountId>(systemRandom);
const bob = newId<AccountId>(systemRandom);

function contacts(...list: readonly Partial<Contact>[]): Contacts {
  return new Map(
    list.map((some) => {
      const contact: Contact = {
        accountId: bob,
        relation: null,
        relationTime: 0,
        verifiedKey: null,
        verifiedTime: 0,
        ...some,
      };
      return [contact.accountId, contact];
    }),
  );
}

describe('contacts', () => {
  it('come back as they were sealed, and show only a rounded size', async () => {
    const one = contacts({
      relation: 'blocked',
      relationTime: 5,
      verifiedKey: systemRandom(32),
      verifiedTime: 6,
    });
    const many = contacts(
      ...Array.from({ length: 12 }, () => ({ accountId: newId<AccountId>(systemRandom), relationTime: 1 })),
    );
    const sealed = await sealContacts(key, account, 3, one, systemRandom);
    const opened = await openContacts(key, account, 3, sealed);
    expect(opened !== undefined && equalContacts(opened, one)).toBe(true);
    expect(await sealContacts(key, account, 3, many, systemRandom)).toHaveLength(sealed.length);
  });

  it('open under no other key, for no other account and as no other version', async () => {
    const sealed = await sealContacts(
      key,
      account,
      3,
      contacts({ relation: 'accepted', relationTime: 1 }),
      systemRandom,
    );
    expect(await openContacts(systemRandom(32), account, 3, sealed)).toBeUndefined();
    expect(await openContacts(key, bob, 3, sealed)).toBeUndefined();
    expect(await openContacts(key, account, 4, sealed)).toBeUndefined();
    expect(await openContacts(key, account, 3, sealed)).toBeDefined();
  });

  it('are merged decision by decision, the later one counting, whichever side it comes from', () => {
    const verifiedKey = systemRandom(32);
    const ours = contacts({ relation: 'accepted', relationTime: 10, verifiedKey: null, verifiedTime: 1 });
    const theirs = contacts({ relation: 'blocked', relationTime: 9, verifiedKey, verifiedTime: 2 });
    const merged = contacts({ relation: 'accepted', relationTime: 10, verifiedKey, verifiedTime: 2 });
    expect(equalContacts(mergeContacts(ours, theirs), merged)).toBe(true);
    expect(equalContacts(mergeContacts(theirs, ours), merged)).toBe(true);
    expect(equalContacts(mergeContacts(ours, new Map()), ours)).toBe(true);
    expect(equalContacts(mergeContacts(new Map(), theirs), theirs)).toBe(true);
  });

  it('are believed of no time to come, and of no more people than anybody knows', () => {
    const beyond = contacts({ relation: 'blocked', relationTime: Number.MAX_SAFE_INTEGER });
    const now = 1_000;
    expect(plausibleContacts(beyond, now).get(bob)?.relationTime).toBe(now);
    const later = contacts({ relation: 'accepted', relationTime: now + 1 });
    expect(mergeContacts(plausibleContacts(beyond, now), later).get(bob)?.relation).toBe('accepted');
    // Control: as it came, it stands above every later decision.
    expect(mergeContacts(beyond, later).get(bob)?.relation).toBe('blocked');
    const crowd = contacts(
      ...Array.from({ length: MOST_CONTACTS + 5 }, (_, index) => ({
        accountId: newId<AccountId>(systemRandom),
        relationTime: index,
      })),
    );
    const kept = [...plausibleContacts(crowd, 1e9).values()].map(({ relationTime }) => relationTime);
    expect(kept).toHaveLength(MOST_CONTACTS);
    expect(Math.min(...kept)).toBe(5);
  });
});
