/** Streams against a real server: nothing lost, nothing twice, nothing out of order, whatever the connections do. */
import { join as joinPath } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { conversations, encodeClientFrame, LIMITS, type StreamId } from '@sotto/contract';
import { type Bytes, systemRandom } from '@sotto/crypto';
import type { GroupId } from '@sotto/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newGroup } from './groups.ts';
import { addDevice, call, type Joined, join, TestSocket } from './peer.ts';
import { cleanUp, start, type TestServer } from './running.ts';

let server: TestServer;
let people: Joined[];
beforeAll(async () => {
  server = await start();
  const [alice, bob] = [await join(server.url, 'alice'), await join(server.url, 'bob')];
  people = [alice, bob, { person: bob.person, ...(await addDevice(bob.person)) }];
});
afterAll(async () => {
  await server.close();
  cleanUp();
});

function nth(index: number): Joined {
  const person = people[index];
  if (person === undefined) throw new Error('no such person');
  return person;
}

function entriesLeft(group: GroupId): number {
  const database = new DatabaseSync(joinPath(server.data, 'sotto.db'), { readOnly: true });
  const row = database
    .prepare('select count(*) as n from entries join streams on streams.key = stream where id = ?')
    .get(group);
  database.close();
  return Number(row?.n);
}

async function eventually(is: () => boolean): Promise<void> {
  while (!is()) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** A device as a client must be: it keeps what it read, sends again what is not confirmed, drops what it has. */
class ModelDevice {
  /** Entry n is at n − 1: `sender:counter`. */
  readonly read: string[] = [];
  readonly waiting = new Map<number, Bytes>();
  readonly faults: string[] = [];
  #socket: TestSocket | undefined;
  #seen = 0;
  readonly #who: Joined;
  readonly #group: GroupId;
  #counter: number;

  constructor(who: Joined, group: GroupId, counter: number) {
    this.#who = who;
    this.#group = group;
    this.#counter = counter;
  }

  async connect(): Promise<void> {
    if (this.#socket !== undefined) return;
    this.#socket = await TestSocket.connect(server.url, this.#who.token);
    this.#seen = 0;
    for (const [counter, bytes] of this.waiting) this.#socket.submit(counter, this.#group, bytes);
  }

  async disconnect(): Promise<void> {
    this.take();
    await this.#socket?.close();
    this.#socket = undefined;
  }

  submit(count: number): void {
    for (let i = 0; i < count; i++) {
      const bytes = systemRandom(20);
      this.waiting.set(++this.#counter, bytes);
      this.#socket?.submit(this.#counter, this.#group, bytes);
    }
  }

  /** Repeats what it sent before, as after a lost answer. */
  repeat(): void {
    for (const [counter, bytes] of this.waiting) this.#socket?.submit(counter, this.#group, bytes);
  }

  acknowledge(): void {
    this.take();
    if (this.#seen > 0) this.#socket?.acknowledge(this.#group, this.read.length);
  }

  /** Takes in what has arrived, and notes what a server must never do. */
  take(): void {
    const arrived = this.#socket?.entries.get(this.#group) ?? [];
    for (const { number, sender, counter, bytes } of arrived.slice(this.#seen)) {
      const before = arrived[this.#seen - 1]?.number;
      if (before !== undefined && number !== before + 1) this.faults.push(`${number} came after ${before}`);
      this.#seen++;
      const name = `${sender}:${counter}`;
      const own = sender === this.#who.device.id;
      if (own !== (bytes === null)) this.faults.push(`bytes of ${name}`);
      if (own) this.waiting.delete(counter);
      if (number <= this.read.length) {
        if (this.read[number - 1] !== name) this.faults.push(`entry ${number} changed`);
      } else if (number === this.read.length + 1) this.read.push(name);
      else this.faults.push(`a gap before ${number}`);
    }
  }

  get counter(): number {
    return this.#counter;
  }
}

const action = fc.record({
  who: fc.nat(2),
  what: fc.constantFrom('submit', 'submit', 'acknowledge', 'connect', 'disconnect', 'repeat', 'pause'),
  count: fc.integer({ min: 1, max: 20 }),
});
const counters = [0, 0, 0];

async function act(device: ModelDevice, what: string, count: number): Promise<void> {
  if (what === 'submit') device.submit(count);
  else if (what === 'acknowledge') device.acknowledge();
  else if (what === 'connect') await device.connect();
  else if (what === 'disconnect') await device.disconnect();
  else if (what === 'repeat') device.repeat();
  else await new Promise((resolve) => setTimeout(resolve, 5));
}

it('submits, repetitions, acknowledgements and lost connections in any order: gapless, once, the same for all', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 60 }), async (actions) => {
      const group = await newGroup(nth(0), [nth(1), nth(2)]);
      const devices = counters.map((counter, index) => new ModelDevice(nth(index), group, counter));
      for (const { who, what, count } of actions) {
        const device = devices[who];
        // No more under way than the contract allows.
        if (device && device.waiting.size + count <= LIMITS.submissions / 2) await act(device, what, count);
        device?.take();
      }
      for (const device of devices) await device.connect();
      const total = devices.reduce((sum, device, index) => sum + device.counter - (counters[index] ?? 0), 0);
      await eventually(() => {
        for (const device of devices) device.acknowledge();
        return devices.every((device) => device.faults.length > 0 || device.read.length >= total);
      });
      for (const device of devices) {
        expect(device.faults).toEqual([]);
        expect(device.read).toHaveLength(total);
        expect(new Set(device.read).size).toBe(total);
        expect(device.read).toEqual(devices[0]?.read);
        expect(device.waiting.size).toBe(0);
      }
      await eventually(() => entriesLeft(group) === 0);
      for (const [index, device] of devices.entries()) {
        counters[index] = device.counter;
        await device.disconnect();
      }
    }),
    { numRuns: 12 },
  );
});

/** A fresh person with a connection and a group of its own. */
async function alone(name: string) {
  const who = await join(server.url, name);
  const group = await newGroup(who, []);
  return { who, group, socket: await TestSocket.connect(server.url, who.token) };
}

it('a counter is taken once and in order, and its bytes stand', async () => {
  const { group, socket } = await alone('dave');
  const bytes = systemRandom(10);
  const reply = (counter: number, type: string) =>
    socket.until((frame) => frame.type === type && 'counter' in frame && frame.counter === counter);
  socket.submit(2, group, bytes);
  expect(await reply(2, 'refused')).toMatchObject({ code: 'out_of_order' });
  socket.submit(1, group, bytes);
  await socket.entry(group, 1);
  socket.submit(1, group, bytes);
  await reply(1, 'taken');
  socket.submit(1, group, systemRandom(10));
  expect(await reply(1, 'refused')).toMatchObject({ code: 'counter_reused' });
  await socket.close();
});

it('a newer connection of a device closes the older one', async () => {
  const { who, socket } = await alone('erin');
  const newer = await TestSocket.connect(server.url, who.token);
  await socket.closed;
  expect(socket.frames.at(-1)).toEqual({ type: 'closing', code: 'connection_replaced' });
  await newer.close();
});

it('a device that does not acknowledge gets a window of entries and the rest when it does', async () => {
  const { group, socket } = await alone('frank');
  const count = LIMITS.unacknowledged + 10;
  for (let counter = 1; counter <= count; counter++) {
    socket.submit(counter, group, systemRandom(4));
    if (counter % 32 === 0) await socket.entry(group, Math.min(counter, LIMITS.unacknowledged));
    if (counter > LIMITS.unacknowledged) await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await socket.entry(group, LIMITS.unacknowledged);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(socket.entries.get(group)).toHaveLength(LIMITS.unacknowledged);
  socket.acknowledge(group, 5);
  await socket.entry(group, LIMITS.unacknowledged + 5);
  expect(socket.entries.get(group)).toHaveLength(LIMITS.unacknowledged + 5);
  await socket.close();
});

it.each([
  ['no CBOR', Uint8Array.of(0xff), 'bad_request'],
  ['an unknown frame', Uint8Array.of(0x82, 0x09, 0x00), 'bad_request'],
  ['a second hello', encodeClientFrame({ type: 'hello', protocol: 1, token: 'A'.repeat(43) }), 'bad_request'],
  ['arrays one in another', new Uint8Array(65_000).fill(0x81), 'bad_request'],
  ['text', 'hello', 'bad_request'],
])('%s ends the connection with a code', async (what, frame, code) => {
  const { socket } = await alone(`g${what.replaceAll(/[^a-z]/g, '')}`);
  socket.sendRaw(typeof frame === 'string' ? frame : new Uint8Array(frame));
  expect(await socket.until(({ type }) => type === 'closing')).toEqual({ type: 'closing', code });
  await socket.closed;
});

it.each([
  ['another protocol', { protocol: 2, token: 'A'.repeat(43) }, 'version_unsupported'],
  ['an unknown token', { protocol: 1, token: 'A'.repeat(43) }, 'not_signed_in'],
])('a hello with %s is refused', async (_, hello, code) => {
  const socket = new TestSocket(server.url);
  await socket.opened();
  socket.send({ type: 'hello', ...hello });
  expect(await socket.until(({ type }) => type === 'closing')).toEqual({ type: 'closing', code });
  await socket.closed;
});

it('nobody can write to a device stream or to a group that it is not in', async () => {
  const { socket, who } = await alone('heidi');
  const foreign = await newGroup(nth(0), []);
  const targets: StreamId[] = [foreign, who.device.id, nth(0).device.id];
  for (const [index, stream] of targets.entries()) {
    socket.submit(1, stream, systemRandom(3));
    await socket.until((frame) => frame === socket.frames.filter(({ type }) => type === 'refused')[index]);
  }
  expect(socket.frames.filter(({ type }) => type === 'refused')).toMatchObject(
    targets.map(() => ({ counter: 1, code: 'unknown_group' })),
  );
  await socket.close();
});

it('what was submitted when the server is told to stop is durable, and everybody is told', async () => {
  const own = await start();
  const who = await join(own.url, 'alice');
  const group = await newGroup(who, []);
  const socket = await TestSocket.connect(own.url, who.token);
  for (let counter = 1; counter <= 50; counter++) socket.submit(counter, group, systemRandom(30));
  await socket.entry(group, 1);
  await own.close();
  await socket.closed;
  const told = socket.entries.get(group)?.length ?? 0;
  expect(socket.frames.at(-1)).toEqual({ type: 'closing', code: 'going_down' });
  const again = await start({ data: own.data });
  const back = await TestSocket.connect(again.url, who.token);
  const { counter } = await back.until<Extract<(typeof back.frames)[number], { type: 'ready' }>>(
    ({ type }) => type === 'ready',
  );
  expect(counter).toBeGreaterThanOrEqual(told);
  await back.entry(group, counter);
  expect(await call(again.url, conversations.listGroups, {}, who.token)).toEqual({
    groups: [{ groupId: group, member: true }],
  });
  await back.close();
  await again.close();
});
