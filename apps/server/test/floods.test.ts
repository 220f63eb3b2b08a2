/** Floods of every kind: whoever makes one is refused, and others are served meanwhile. */
import { connect } from 'node:net';
import { type AnyRoute, conversations, directory, encodeClientFrame, identity } from '@sotto/contract';
import { systemRandom } from '@sotto/crypto';
import { type GroupId, newId } from '@sotto/protocol';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { newGroup } from './groups.ts';
import { call, type Joined, join, randomField, request, TestSocket } from './peer.ts';
import { cleanUp, start, type TestServer } from './running.ts';

const ALLOWANCE = '../src/streams/allowance.ts';
const running: TestServer[] = [];
afterEach(async () => {
  vi.doUnmock(ALLOWANCE);
  await Promise.all(running.splice(0).map((server) => server.close()));
});
afterAll(cleanUp);

async function run(settings: Parameters<typeof start>[0] = {}, kit = { start }): Promise<TestServer> {
  const server = await kit.start(settings);
  running.push(server);
  return server;
}

describe('[X4] requests of one account', () => {
  const LIMIT = 12;
  const FLOOD = 30;

  type Flood = (attacker: Joined, victim: Joined, turn: number) => { route: AnyRoute; body?: object };
  const floods: readonly (readonly [string, Flood])[] = [
    ['invites', () => ({ route: identity.createInvite, body: {} })],
    [
      'contacts',
      (_, __, turn) => ({
        route: identity.setContacts,
        body: { number: turn + 1, sealed: randomField(500_000) },
      }),
    ],
    [
      'groups',
      () => ({
        route: conversations.createGroup,
        body: {
          groupId: newId<GroupId>(systemRandom),
          members: [],
          welcome: null,
          groupInfo: randomField(300),
        },
      }),
    ],
    [
      'key packages of one target',
      (_, { person }) => ({ route: conversations.claimKeyPackages, body: { accountId: person.accountId } }),
    ],
    [
      'states of one target',
      (_, { person }) => ({ route: directory.getStates, body: { accountId: person.accountId, from: 0 } }),
    ],
    ['malformed bodies', () => ({ route: conversations.commit, body: { nothing: 'of it' } })],
  ];

  async function flood({ url }: TestServer, make: Flood): Promise<{ refused: number; other: number }> {
    const [attacker, victim] = [await join(url, 'attacker'), await join(url, 'victim')];
    let refused = 0;
    for (let turn = 0; turn < FLOOD; turn++) {
      const { route, body } = make(attacker, victim, turn);
      const { status } = await request(url, route.method, route.path, { token: attacker.token, body });
      if (status === 429) refused += 1;
    }
    const other = await request(url, 'GET', conversations.listGroups.path, { token: victim.token });
    return { refused, other: other.status };
  }

  it.each(floods)('for %s get 429, and another account is served', async (_, make) => {
    const server = await run({ accountRequestsPerMinute: LIMIT });
    expect(await flood(server, make)).toEqual({ refused: FLOOD - LIMIT, other: 200 });
  });

  it.each(floods)('for %s are all taken without the limit (control)', async (_, make) => {
    expect(await flood(await run(), make)).toEqual({ refused: 0, other: 200 });
  });

  it('drain the key packages of a target, whose last resort is still there for others', async () => {
    const { url } = await run({ accountRequestsPerMinute: LIMIT });
    const [attacker, victim, friend] = [
      await join(url, 'attacker'),
      await join(url, 'victim'),
      await join(url, 'friend'),
    ];
    const packages = Array.from({ length: 3 }, () => randomField(50));
    await call(
      url,
      conversations.publishKeyPackages,
      { packages, lastResort: randomField(50) },
      victim.token,
    );
    const claim = { accountId: victim.person.accountId };
    for (let i = 0; i < LIMIT; i++) await call(url, conversations.claimKeyPackages, claim, attacker.token);
    const { packages: left } = await call(url, conversations.claimKeyPackages, claim, friend.token);
    expect(left).toMatchObject([{ deviceId: victim.device.id, lastResort: true }]);
  });
});

describe('[X4] what one device has the server keep', () => {
  /** Asks for groups whose welcome would be kept once for each member. What is in it is judged only after its size. */
  async function fill(settings: Parameters<typeof start>[0]) {
    const { url } = await run(settings);
    const [attacker, victim] = [await join(url, 'attacker'), await join(url, 'victim')];
    const members = [{ accountId: victim.person.accountId, deviceId: victim.device.id }];
    const refused: boolean[] = [];
    for (let i = 0; i < 6; i++) {
      const groupId = newId<GroupId>(systemRandom);
      const body = { groupId, members, welcome: randomField(200_000), groupInfo: randomField(100) };
      const { status } = await request(url, 'POST', conversations.createGroup.path, {
        token: attacker.token,
        body,
      });
      refused.push(status === 429);
    }
    await newGroup(victim, [attacker]);
    return refused;
  }

  it('in groups and welcomes is counted with its messages', async () => {
    // In pieces of 8 KiB: three of these welcomes.
    expect(await fill({ messagesPerMinute: 80 })).toEqual([false, false, false, true, true, true]);
  });

  it('is taken where more is allowed (control)', async () => {
    expect(await fill({})).toEqual([false, false, false, false, false, false]);
  });
});

describe('[X4] frames of one connection', () => {
  const FLOOD = 7_000;

  async function scene(kit = { start }) {
    const { url } = await run({ messagesPerMinute: 40 }, kit);
    const [alice, bob] = [await join(url, 'alice'), await join(url, 'bob')];
    const group = await newGroup(alice, [bob]);
    const [hers, his] = [
      await TestSocket.connect(url, alice.token),
      await TestSocket.connect(url, bob.token),
    ];
    return { url, group, hers, his, bob };
  }

  const useless = (group: GroupId) =>
    [
      [
        'acknowledgements of nothing',
        () => encodeClientFrame({ type: 'acknowledge', stream: group, number: 0 }),
      ],
      [
        'submissions beyond the allowance',
        (i: number) =>
          encodeClientFrame({ type: 'submit', counter: i, stream: group, bytes: new Uint8Array(0) }),
      ],
    ] as const;

  it.each([0, 1])('that change nothing end it (kind %i), and another is served', async (kind) => {
    const { group, hers, his, bob } = await scene();
    const [, make] = useless(group)[kind] ?? useless(group)[0];
    for (let i = 0; i < FLOOD; i++) hers.sendRaw(make(1 + i));
    his.submit(1, group, systemRandom(8));
    await hers.closed;
    await his.until(() => his.entries.get(group)?.some(({ sender }) => sender === bob.device.id) === true);
    await his.close();
  });

  it('go on where they are not counted (control)', async () => {
    vi.doMock(ALLOWANCE, () => ({
      Allowance: class {
        take = () => true;
      },
    }));
    vi.resetModules();
    const { group, hers, his } = await scene(await import('./running.ts'));
    const [, make] = useless(group)[0];
    for (let i = 0; i < FLOOD; i++) hers.sendRaw(make());
    hers.submit(1, group, systemRandom(8));
    await hers.until((frame) => frame.type === 'entries');
    await his.close();
    await hers.close();
  });

  it.each([
    ['noise', () => systemRandom(200)],
    ['a list in a list, thirty thousand times', () => new Uint8Array(30_000).fill(0x81)],
    [
      'a number beyond all',
      () => Uint8Array.of(0x83, 2, 0x50, ...new Uint8Array(16), 0x1b, ...new Uint8Array(8).fill(255)),
    ],
    ['more than a frame may have', () => new Uint8Array(70_000)],
    ['text', () => 'hello'],
  ])('of %s end it, and another is served', async (_, make) => {
    const { group, hers, his, bob } = await scene();
    hers.sendRaw(make());
    await hers.closed;
    his.submit(1, group, systemRandom(8));
    await his.until(() => his.entries.get(group)?.some(({ sender }) => sender === bob.device.id) === true);
    await his.close();
  });
});

describe('[X4] connections', () => {
  const MOST = 5;

  async function silent(url: string, count: number): Promise<readonly TestSocket[]> {
    const sockets = Array.from({ length: count }, () => new TestSocket(url));
    await Promise.all(sockets.map((socket) => socket.opened()));
    return sockets;
  }

  const isRefused = (socket: TestSocket) =>
    socket.frames.some((frame) => frame.type === 'closing' && frame.code === 'too_many_requests');

  it('that never say hello are bounded by address, and who is connected stays so', async () => {
    const { url } = await run({ connectionsPerAddress: MOST });
    const bob = await join(url, 'bob');
    const group = await newGroup(bob, []);
    const his = await TestSocket.connect(url, bob.token);
    const sockets = await silent(url, 3 * MOST);
    const refused = sockets.slice(MOST - 1);
    await Promise.all(refused.map((socket) => socket.closed));
    expect(sockets.map(isRefused)).toEqual(sockets.map((_, i) => i >= MOST - 1));
    his.submit(1, group, systemRandom(8));
    await his.until((frame) => frame.type === 'entries');
    // When they are gone there is room again.
    await Promise.all(sockets.map((socket) => socket.close()));
    await (await TestSocket.connect(url, bob.token)).close();
  });

  it('are all let in without the bound (control)', async () => {
    const { url } = await run();
    const sockets = await silent(url, 3 * MOST);
    expect((await request(url, 'GET', identity.server.path)).status).toBe(200);
    expect(sockets.some(isRefused)).toBe(false);
    await Promise.all(sockets.map((socket) => socket.close()));
  });

  it('half open, with slow bodies or huge headers hold up nobody', async () => {
    const { url, port } = await run();
    const { path } = identity.challengeDevice;
    const beginnings = [
      '',
      'GET / HTT',
      'GET / HTTP/1.1\r\nhost: localhost\r\n',
      `POST ${path} HTTP/1.1\r\nhost: localhost:${port}\r\ncontent-type: application/json\r\ncontent-length: 999\r\n\r\n{`,
    ];
    const open = await Promise.all(
      Array.from({ length: 200 }, (_, i) => beginning(port, beginnings[i % beginnings.length] ?? '')),
    );
    const huge = await request(url, 'GET', identity.server.path, {
      headers: { 'x-huge': 'x'.repeat(30_000) },
    });
    expect(huge.status).toBe(431);
    for (let i = 0; i < 20; i++) expect((await request(url, 'GET', identity.server.path)).status).toBe(200);
    for (const socket of open) socket.destroy();
  });
});

async function beginning(port: number, bytes: string) {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(bytes);
  return socket;
}
