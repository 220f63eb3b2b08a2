/** A person with two computers, and one that is taken out again. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LEASH, PASSWORD, Place } from './running.ts';
import { FAILURE, shaped } from './shapes.ts';

const OTHER_PASSWORD = 'seven brass kettles hum quietly';
const place = new Place();
const alice = place.profile('alice');
const laptop = place.profile('laptop');
const bob = place.profile('bob');
let words = '';

vi.setConfig({ testTimeout: LEASH });

beforeAll(async () => {
  await place.serve('--registration', 'invite');
  const made = await alice.json(['signup', 'alice', '--device-name', 'desk'], { input: `${PASSWORD}\n` });
  const { owner, recoveryCode } = shaped('signup', made);
  expect(owner).toBe(true);
  words = recoveryCode;
}, LEASH);

afterAll(() => place.end());

describe('an invite', () => {
  it('is asked for where the server needs one, and lets one person sign up', async () => {
    const refused = await bob.run(['signup', 'bob'], { input: `${PASSWORD}\n` });
    expect(refused).toMatchObject({ status: 2, stderr: expect.stringContaining('No invite was given') });
    const { code, expires } = shaped('invite', await alice.json(['invite']));
    expect(Date.parse(expires)).toBeGreaterThan(Date.now());
    const made = await bob.json(['signup', 'bob'], { input: `${PASSWORD}\n${code}\n` });
    expect(shaped('signup', made)).toMatchObject({ address: 'bob@localhost', owner: false });
    const again = await place.profile('eve').run(['signup', 'eve'], { input: `${PASSWORD}\n${code}\n` });
    expect(again).toMatchObject({ status: 1, stderr: expect.stringContaining('This invite was used') });
  });

  it('is made by the owner only', async () => {
    const { status, stderr } = await bob.run(['invite', '--json']);
    expect(status).toBe(1);
    expect(FAILURE.parse(JSON.parse(stderr)).error).toEqual({
      code: 'forbidden',
      message: 'Only the owner of the server makes invites. Ask them for one.',
    });
  });
});

describe('a second computer', () => {
  it('gets what is written from then on, and writes for the same person', async () => {
    shaped('new', await alice.json(['new', 'bob']));
    await alice.output(['send', 'bob', 'before']);
    await bob.output(['send', 'alice', 'answer']);
    const input = `${PASSWORD}\n`;
    shaped('signin', await laptop.json(['signin', 'alice', '--device-name', 'laptop \u001b[31m'], { input }));
    await laptop.output(['send', 'bob', 'from the laptop']);
    await bob.output(['send', 'alice', 'to both']);
    await laptop.lines(['read']);
    // What the new device has read, or has brought about, hides nothing of what it does not have.
    const news = ['answer', 'You added a new device', 'from the laptop', 'to both'];
    const { conversations } = shaped('conversations', await alice.json(['conversations']));
    expect(conversations).toMatchObject([{ address: 'bob@localhost', unread: 1 }]);
    expect((await alice.lines(['read', '--since', '2999-01-01'])).map(({ text }) => text)).toEqual([]);
    expect((await alice.lines(['read'])).map(({ text }) => text)).toEqual(news);
    expect(await alice.lines(['read'])).toEqual([]);
    for (const device of [alice, laptop]) {
      const texts = (await device.lines(['read', 'bob'])).map(({ text }) => text);
      expect(texts).toContain('from the laptop');
      expect(texts).toContain('to both');
    }
    const own = (await alice.lines(['read', 'bob'])).find(({ text }) => text === 'from the laptop');
    expect(own).toMatchObject({ own: true, from: 'alice@localhost' });
  });

  it('is listed by its name, which cannot act on the terminal', async () => {
    const { devices } = shaped('devices', await alice.json(['devices']));
    expect(devices.map(({ name, current }) => [name, current])).toEqual([
      ['desk', true],
      ['laptop \u001b[31m', false],
    ]);
    const text = await alice.output(['devices']);
    expect(text).toContain('laptop <U+001B>[31m');
    expect(text).not.toContain('\u001b');
  });

  it('is taken out with the password, and not with another', async () => {
    const { devices } = shaped('devices', await alice.json(['devices']));
    const id = devices.find(({ current }) => !current)?.id ?? '';
    const wrong = await alice.run(['devices', 'remove', id], { input: 'wrong\n' });
    expect(wrong).toMatchObject({ status: 1, stderr: expect.stringContaining('password is wrong') });
    const removed = await alice.json(['devices', 'remove', id], { input: `${PASSWORD}\n` });
    expect(shaped('devices remove', removed)).toEqual({ removed: id });
    expect(shaped('devices', await alice.json(['devices'])).devices).toHaveLength(1);

    const { status, stderr } = await laptop.run(['send', 'bob', 'still here', '--json']);
    expect(status).toBe(1);
    expect(['device_removed', 'device_signed_out']).toContain(FAILURE.parse(JSON.parse(stderr)).error.code);
    await bob.output(['send', 'alice', 'after']);
    expect((await alice.lines(['read', 'bob', '--since', '1h'])).at(-1)).toMatchObject({ text: 'after' });
  });
});

describe('the recovery code', () => {
  it('signs in and sets a new password', async () => {
    const phone = place.profile('phone');
    const input = `${words}\n${OTHER_PASSWORD}\n`;
    shaped('signin', await phone.json(['signin', 'alice', '--recovery'], { input }));
    const old = await place.profile('old').run(['signin', 'alice'], { input: `${PASSWORD}\n` });
    expect(old.status).toBe(1);
    shaped('signin', await place.profile('old').json(['signin', 'alice'], { input: `${OTHER_PASSWORD}\n` }));
  });
});

describe('signing out', () => {
  it('deletes what is kept here, when that is said', async () => {
    expect(await bob.run(['signout'])).toMatchObject({ status: 2, stderr: expect.stringContaining('--yes') });
    expect(shaped('signout', await bob.json(['signout', '--yes']))).toEqual({ address: 'bob@localhost' });
    expect(await bob.run(['read'])).toMatchObject({ status: 1, stderr: expect.stringContaining('Nobody') });
    shaped('signin', await bob.json(['signin', 'bob'], { input: `${PASSWORD}\n` }));
  });

  it('is needed before another account comes into the profile', async () => {
    const second = await bob.run(['signin', 'alice'], { input: `${OTHER_PASSWORD}\n` });
    expect(second).toMatchObject({ status: 1, stderr: expect.stringContaining('signed in here already') });
  });

  it('is needed before the profile goes to another server', async () => {
    const other = await bob.run(['whoami', '--server', 'http://127.0.0.1:9']);
    expect(other).toMatchObject({ status: 1, stderr: expect.stringContaining('belongs to the server at') });
  });
});
