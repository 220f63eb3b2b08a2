/** Conversations between engines, as clients hold them. */
import { fromUtf8, utf8 } from '@sotto/crypto';
import { describe, expect, it } from 'vitest';
import { hear, pair, say } from './test/devices.ts';

describe('two devices', () => {
  it('read each other, in both directions', async () => {
    const [alice, bob] = await pair();
    const heard = await hear(bob, await say(alice, 'hello'));
    expect(fromUtf8(heard.plaintext)).toBe('hello');
    expect(heard).toMatchObject({ epoch: 1, generation: 0, sender: { leaf: 0, identity: utf8('alice') } });
    const answer = await hear(alice, await say(bob, 'good day'));
    expect(answer).toMatchObject({ plaintext: utf8('good day'), sender: { leaf: 1, identity: utf8('bob') } });
  });

  it('agree on members, context, authenticator and exported secrets', async () => {
    const [alice, bob] = await pair();
    const views = [alice, bob].map(async ({ engine, group }) => ({
      members: engine.members(group),
      context: engine.context(group),
      authenticator: engine.epochAuthenticator(group),
      secret: await engine.exportSecret(group, 'call', utf8('x'), 40),
    }));
    const [a, b] = await Promise.all(views);
    expect(a).toEqual(b);
    expect(a?.secret.length).toBe(40);
    expect(a?.members.map((leaf) => fromUtf8(leaf.identity))).toEqual(['alice', 'bob']);
  });
});
