/** Accounts, their states and devices against a real server. */
import { directory, identity } from '@sotto/contract';
import { systemRandom, toBase64Url } from '@sotto/crypto';
import { publication, withDevice, withoutDevices } from '@sotto/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newGroup } from './groups.ts';
import {
  addDevice,
  asAccountDevice,
  call,
  join,
  newDevice,
  openSession,
  prepareAccount,
  publish,
  randomField,
  request,
  signIn,
  signUp,
  TestSocket,
} from './peer.ts';
import { cleanUp, start, type TestServer } from './running.ts';

let server: TestServer;
beforeAll(async () => {
  server = await start();
  await join(server.url, 'owner');
});
afterAll(async () => {
  await server.close();
  cleanUp();
});

let names = 0;
const freshName = () => `person${names++}`;

it('of several who want one name at once, one gets it', async () => {
  const name = freshName();
  const prepared = await Promise.all(
    [1, 2, 3].map(async () => prepareAccount(server.url, name, await newDevice())),
  );
  const answers = await Promise.all(
    prepared.map(({ body }) => request(server.url, 'POST', identity.createAccount.path, { body })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  expect(answers.filter(({ status }) => status === 409).map(({ body }) => body)).toMatchObject([
    { code: 'name_taken' },
    { code: 'name_taken' },
  ]);
});

it.each([
  ['another account id', (body: Prepared['body']) => ({ ...body, accountId: randomId() }), 'state_invalid'],
  ['another name', (body: Prepared['body']) => ({ ...body, name: `${body.name}x` }), 'state_invalid'],
  ['a foreign keyring', (body: Prepared['body']) => ({ ...body, keyring: randomField(40) }), 'state_invalid'],
  [
    'a state that is no state',
    (body: Prepared['body']) => ({ ...body, state: randomField(40) }),
    'state_invalid',
  ],
  [
    'two slots of a kind',
    (body: Prepared['body']) => ({ ...body, slots: [...body.slots, ...body.slots] }),
    'state_invalid',
  ],
  ['no slot', (body: Prepared['body']) => ({ ...body, slots: [] }), 'bad_request'],
  ['an unknown field', (body: Prepared['body']) => ({ ...body, admin: true }), 'bad_request'],
])('an account with %s is refused', async (_, change, code) => {
  const { body } = await prepareAccount(server.url, freshName(), await newDevice());
  const answer = await request(server.url, 'POST', identity.createAccount.path, { body: change(body) });
  expect(answer.body).toMatchObject({ code });
  expect((await request(server.url, 'POST', identity.createAccount.path, { body })).status).toBe(200);
});

type Prepared = Awaited<ReturnType<typeof prepareAccount>>;
const randomId = () => toBase64Url(systemRandom(16));

it('of states published at once on the same newest one, exactly one wins', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: 6 }), async (count) => {
      const device = await newDevice();
      const person = await signUp(server.url, freshName(), device);
      const token = await signIn(server.url, person.name, person.password);
      const rivals = await Promise.all(
        Array.from({ length: count }, async () => {
          const changed = withDevice(person.account, asAccountDevice(await newDevice()));
          const { state, keyring } = await publication(changed, systemRandom);
          const keep = [person.passwordSlot, person.recoverySlot];
          return { state: toBase64Url(state), keyring: toBase64Url(keyring), slots: [], keep };
        }),
      );
      const answers = await Promise.all(
        rivals.map((body) => request(server.url, 'POST', identity.publishState.path, { body, token })),
      );
      const won = answers.findIndex(({ status }) => status === 200);
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      for (const { status, body } of answers.filter((_, index) => index !== won)) {
        expect({ status, body }).toMatchObject({ status: 409, body: { code: 'state_conflict' } });
      }
      const read = await call(server.url, identity.getAccount, { from: 0 }, token);
      expect(read.states.slice(1)).toEqual([rivals[won]?.state]);
      expect(read.keyring).toBe(rivals[won]?.keyring);
    }),
    { numRuns: 3 },
  );
});

it('a removed device loses its session and connection, and those who share a group hear of the new state', async () => {
  const [alice, bob] = [await join(server.url, freshName()), await join(server.url, freshName())];
  await newGroup(alice, [bob]);
  const second = await addDevice(alice.person);
  const lost = await TestSocket.connect(server.url, second.token);
  const his = await TestSocket.connect(server.url, bob.token);
  const slotToken = await signIn(server.url, alice.person.name, alice.person.password);
  await publish(alice.person, slotToken, (account) =>
    withoutDevices(account, [second.device.id], systemRandom),
  );
  await lost.until((frame) => frame.type === 'closing' && frame.code === 'not_signed_in');
  await his.until(
    (frame) => frame.type === 'account' && frame.account === alice.person.accountId && frame.number === 2,
  );
  expect((await request(server.url, 'GET', identity.listDevices.path, { token: second.token })).status).toBe(
    401,
  );
  await expect(openSession(server.url, alice.person.accountId, second.device)).rejects.toThrow('401');
  // It does not come back, and nobody else may take its id.
  await expect(
    publish(alice.person, slotToken, (account) => withDevice(account, asAccountDevice(second.device))),
  ).rejects.toThrow('state_invalid');
  await his.close();
});

it('a device that signed out stays out, and keeps its name', async () => {
  const { person, device, token } = await join(server.url, freshName());
  const label = toBase64Url(new Uint8Array(161));
  await call(server.url, identity.setDeviceLabel, { label }, token);
  await call(server.url, identity.signOutDevice, {}, token);
  expect((await request(server.url, 'GET', identity.listDevices.path, { token })).status).toBe(401);
  await expect(openSession(server.url, person.accountId, device)).rejects.toThrow('401');
  const other = await addDevice(person);
  const { devices, owner } = await call(server.url, identity.listDevices, {}, other.token);
  expect(devices.map(({ signedOut }) => signedOut)).toEqual([true, false]);
  expect(devices.map((one) => one.label)).toEqual([label, null]);
  expect(owner).toBe(false);
});

it('a token serves for its own kind of request, and not when it is expired', async () => {
  let time = Date.now();
  const timed = await start({}, { now: () => time });
  const { person, token } = await join(timed.url, 'alice');
  const slotToken = await signIn(timed.url, 'alice', person.password);
  const read = (given: string) =>
    request(timed.url, 'POST', identity.getAccount.path, { token: given, body: { from: 0 } });
  const list = (given: string) => request(timed.url, 'GET', identity.listDevices.path, { token: given });
  expect([(await read(slotToken)).status, (await read(token)).status]).toEqual([200, 401]);
  expect([(await list(slotToken)).status, (await list(token)).status]).toEqual([401, 200]);
  time += 10 * 60_000;
  expect([(await read(slotToken)).status, (await list(token)).status]).toEqual([401, 200]);
  time += 24 * 3_600_000;
  expect((await list(token)).status).toBe(401);
  await timed.close();
});

it('invites: the first account needs none, each serves once, only the owner makes them', async () => {
  const closed = await start({ registration: 'invite' });
  const owner = await join(closed.url, 'owner');
  const { code } = await call(closed.url, identity.createInvite, {}, owner.token);
  await expect(signUp(closed.url, 'eve', await newDevice())).rejects.toThrow('invite_needed');
  await expect(signUp(closed.url, 'eve', await newDevice(), randomField(16))).rejects.toThrow(
    'invite_invalid',
  );
  const invited = await Promise.allSettled(
    ['bob', 'carol'].map(async (name) => signUp(closed.url, name, await newDevice(), code)),
  );
  expect(invited.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const guest = invited.find((result) => result.status === 'fulfilled')?.value;
  expect(guest).toBeDefined();
  await closed.close();
  const { person, token } = await join(server.url, freshName());
  expect(person).toBeDefined();
  const refused = await request(server.url, 'POST', identity.createInvite.path, { token, body: {} });
  expect(refused).toMatchObject({ status: 403, body: { code: 'forbidden' } });
});

it('the directory gives the signed states of an address of this server', async () => {
  const { person, token } = await join(server.url, freshName());
  const body = { address: person.address.toUpperCase(), from: 0 };
  const found = await call(server.url, directory.lookUp, body, token);
  expect(found).toMatchObject({ accountId: person.accountId, more: false });
  expect(found.states).toHaveLength(1);
  const { accountId } = found;
  expect((await call(server.url, directory.getStates, { accountId, from: 1 }, token)).states).toEqual([]);
  for (const address of ['nobody@localhost', `${person.name}@example.org`, 'x']) {
    const answer = await request(server.url, 'POST', directory.lookUp.path, {
      token,
      body: { address, from: 0 },
    });
    expect(answer).toMatchObject({ status: 404, body: { code: 'unknown_address' } });
  }
});

it('contacts are kept in one version, replaced only by the next, and told to the other devices of the account', async () => {
  const alice = await join(server.url, freshName());
  const second = await addDevice(alice.person);
  const other = await TestSocket.connect(server.url, second.token);
  const stranger = await TestSocket.connect(server.url, (await join(server.url, freshName())).token);
  expect(await call(server.url, identity.getContacts, {}, alice.token)).toEqual({ number: 0, sealed: null });
  const [one, two] = [randomField(1_200), randomField(1_200)];
  const set = (number: number, sealed: string) =>
    request(server.url, 'PUT', identity.setContacts.path, { token: alice.token, body: { number, sealed } });
  expect(await set(2, two)).toMatchObject({ status: 409, body: { code: 'state_conflict' } });
  expect((await set(1, one)).status).toBe(200);
  expect(await set(1, two)).toMatchObject({ status: 409, body: { code: 'state_conflict' } });
  expect((await set(2, two)).status).toBe(200);
  await other.until((frame) => frame.type === 'contacts' && frame.number === 2);
  expect(await call(server.url, identity.getContacts, {}, second.token)).toEqual({ number: 2, sealed: two });
  const again = await TestSocket.connect(server.url, second.token);
  expect(await again.until((frame) => frame.type === 'ready')).toMatchObject({ contacts: 2 });
  expect(stranger.frames.map(({ type }) => type)).not.toContain('contacts');
});
