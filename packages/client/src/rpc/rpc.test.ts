import { SottoError } from '@sotto/crypto';
import { describe, expect, test, vi } from 'vitest';
import type { DeviceApi, Session } from '../api.ts';
import { problemOf } from '../problem.ts';
import type { Channel } from './channel.ts';
import {
  connectDevice,
  DeviceError,
  followDevice,
  portChannel,
  serveDevice,
  stoppedDevice,
} from './index.ts';

const NAME = 'AAAAAAAAAAAAAAAAAAAAAA';
const STARTING: Session = { state: 'starting' };
const SIGNED_OUT: Session = { state: 'signed-out', server: null, notice: null };

/** A device of two commands and one query, enough to see what passes. */
function smallDevice() {
  const listeners = new Set<(value: Session) => void>();
  const commands: Record<string, (input?: unknown) => Promise<unknown>> = {
    generatePassword: async () => 'whelk crab',
    startConversation: async (input) => ({ id: JSON.stringify(input) }),
    signOut: async () => undefined,
    signIn: async () => {
      throw new SottoError('sign_in_refused', 'Not this name.', { cause: new Error('secret inside') });
    },
    unlock: async () => {
      throw Object.assign(new Error('/home/alice/store.db: EACCES'), { code: 'EACCES' });
    },
    exportAll: async () => () => 'a function cannot be carried',
    renameDevice: () => new Promise(() => undefined),
  };
  const api: DeviceApi = {
    call: ((command: string, input: unknown) => commands[command]?.(input)) as DeviceApi['call'],
    watch(_query, _input, listener) {
      const told = listener as (value: Session) => void;
      listeners.add(told);
      told(STARTING);
      return () => listeners.delete(told);
    },
  };
  const tell = (value: Session) => {
    for (const listener of listeners) listener(value);
  };
  return { api, tell, listeners };
}

function connection() {
  const { port1, port2 } = new MessageChannel();
  const closed = Promise.withResolvers<void>();
  const [near, far] = [portChannel(port1), portChannel(port2)].map((channel) => ({
    ...channel,
    closed: closed.promise,
  })) as [Channel, Channel];
  return {
    near,
    far,
    close: () => {
      port1.close();
      port2.close();
      closed.resolve();
    },
  };
}

async function connected(work: (client: DeviceApi, device: ReturnType<typeof smallDevice>) => Promise<void>) {
  const device = smallDevice();
  const { near, far, close } = connection();
  serveDevice(device.api, far);
  await work(connectDevice(near), device);
  close();
}

const rejection = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

describe('a device across a channel', () => {
  test('carries out commands and gives their results', () =>
    connected(async (client) => {
      expect(await client.call('generatePassword')).toBe('whelk crab');
      const started = await client.call('startConversation', { address: 'bob@example.org' });
      expect(started).toEqual({ id: '{"address":"bob@example.org"}' });
      expect(await client.call('signOut')).toBeUndefined();
    }));

  test('passes on a problem as code and sentence, and of an unknown error nothing', () =>
    connected(async (client) => {
      const refused = await rejection(client.call('signIn', { address: '', password: '', deviceName: '' }));
      expect(refused).toBeInstanceOf(DeviceError);
      expect(refused).toMatchObject({ code: 'sign_in_refused', message: 'Not this name.' });
      expect(refused).not.toHaveProperty('cause');
      const internal = await rejection(client.call('unlock', { password: '' }));
      expect(internal).toMatchObject({ code: 'internal' });
      expect(String(internal)).not.toMatch(/alice|EACCES/);
    }));

  test('answers with an error where a result or an input cannot be carried', () =>
    connected(async (client) => {
      expect(await rejection(client.call('exportAll'))).toMatchObject({ code: 'internal' });
      const input = { name: (() => 'a function') as never };
      expect(await rejection(client.call('renameDevice', input))).toMatchObject({ code: 'bad_request' });
    }));

  test('sends the values of a live query until it is no longer watched', () =>
    connected(async (client, { tell, listeners }) => {
      const seen: Session[] = [];
      const stop = client.watch('session', null, (value) => seen.push(value));
      await vi.waitFor(() => expect(seen).toEqual([STARTING]));
      tell(SIGNED_OUT);
      await vi.waitFor(() => expect(seen).toEqual([STARTING, SIGNED_OUT]));
      stop();
      stop();
      await vi.waitFor(() => expect(listeners.size).toBe(0));
      tell(STARTING);
      await client.call('generatePassword');
      expect(seen).toHaveLength(2);
    }));

  test('serves several clients at once, and ends the watches of one that is gone', async () => {
    const device = smallDevice();
    const [first, second] = [connection(), connection()];
    serveDevice(device.api, first.far);
    serveDevice(device.api, second.far);
    const [one, two] = [connectDevice(first.near), connectDevice(second.near)];
    one.watch('session', null, () => undefined);
    two.watch('session', null, () => undefined);
    await Promise.all([one.call('generatePassword'), two.call('generatePassword')]);
    expect(device.listeners.size).toBe(2);
    first.close();
    await vi.waitFor(() => expect(device.listeners.size).toBe(1));
    expect(await two.call('generatePassword')).toBe('whelk crab');
    second.close();
  });

  test('rejects what is under way with interrupted when the channel closes, and everything later', async () => {
    const { near, far, close } = connection();
    serveDevice(smallDevice().api, far);
    const client = connectDevice(near);
    const underWay = rejection(client.call('renameDevice', { name: 'phone' }));
    await client.call('generatePassword');
    close();
    expect(await underWay).toMatchObject({ code: 'interrupted' });
    expect(await rejection(client.call('generatePassword'))).toMatchObject({ code: 'interrupted' });
    client.watch('session', null, () => undefined)();
  });

  test('refuses names that are no commands or queries, and ignores what is no request', async () => {
    const { near, far, close } = connection();
    const call = vi.fn();
    serveDevice({ call, watch: call }, far);
    const answers: unknown[] = [];
    near.listen((answer) => answers.push(answer));
    for (const junk of [null, 7, 'call', [], {}, { type: 'call' }, { type: 'call', id: 'one' }])
      near.post(junk);
    near.post({ type: 'call', id: 1, command: 'constructor' });
    near.post({ type: 'watch', id: 2, query: '__proto__', input: null });
    near.post({ type: 'other', id: 3 });
    await vi.waitFor(() => expect(answers).toHaveLength(3));
    expect(answers).toEqual(
      [1, 2, 3].map((id) => expect.objectContaining({ type: 'error', id, problem: expect.anything() })),
    );
    expect(call).not.toHaveBeenCalled();
    close();
  });
});

describe('a device that changes its place', () => {
  test('keeps commands until there is a device, and watches through every change', async () => {
    const following = followDevice(() => NAME);
    const seen: Session[] = [];
    following.api.watch('session', null, (value) => seen.push(value));
    const early = following.api.call('generatePassword');
    const [first, second] = [smallDevice(), smallDevice()];
    following.follow(first.api);
    expect(await early).toBe('whelk crab');
    expect(seen).toEqual([STARTING]);
    following.lose();
    const between = following.api.call('generatePassword');
    following.follow(second.api);
    second.tell(SIGNED_OUT);
    expect(await between).toBe('whelk crab');
    expect(seen).toEqual([STARTING, STARTING, SIGNED_OUT]);
  });

  test('forgets a watch that was ended while there was no device', () => {
    const following = followDevice(() => NAME);
    const device = smallDevice();
    const stop = following.api.watch('session', null, () => undefined);
    stop();
    following.follow(device.api);
    expect(device.listeners.size).toBe(0);
  });

  test('gives a message that was under way to the next device, under the same name', async () => {
    const following = followDevice(() => NAME);
    const given: unknown[] = [];
    const silent: DeviceApi = {
      ...smallDevice().api,
      call: ((_command: string, input: unknown) => {
        given.push(input);
        return new Promise(() => undefined);
      }) as DeviceApi['call'],
    };
    const { near, far, close } = connection();
    serveDevice(silent, far);
    following.follow(connectDevice(near));
    const sent = following.api.call('send', { conversation: 'c', text: 'once' });
    const other = rejection(following.api.call('renameDevice', { name: 'phone' }));
    await vi.waitFor(() => expect(given).toHaveLength(2));
    close();
    expect(await other).toMatchObject({ code: 'interrupted' });
    const next = smallDevice();
    following.follow({ ...next.api, call: (async (_: string, input: unknown) => input) as never });
    expect(await sent).toEqual(given[0]);
    expect(given[0]).toEqual({ conversation: 'c', text: 'once', id: NAME });
  });

  test('rejects what waits when it ends', async () => {
    const following = followDevice(() => NAME);
    const waiting = rejection(following.api.call('generatePassword'));
    following.end();
    expect(await waiting).toMatchObject({ code: 'interrupted' });
    following.follow(smallDevice().api);
    expect(await rejection(following.api.call('generatePassword'))).toMatchObject({ code: 'interrupted' });
  });
});

describe('a device that could not be started', () => {
  test('says why in its session and to every command', async () => {
    const problem = { code: 'store_newer', message: 'Update Sotto.' };
    const device = stoppedDevice(problem);
    expect(await rejection(device.call('generatePassword'))).toMatchObject(problem);
    const seen: unknown[] = [];
    device.watch('devices', null, (value) => seen.push(value));
    device.watch('session', null, (value) => seen.push(value));
    device.watch('session', null, (value) => seen.push(value))();
    await vi.waitFor(() => expect(seen).toEqual([{ state: 'stopped', problem }]));
  });
});

test('only our own errors are shown as they are', () => {
  expect(problemOf(new SottoError('offline', 'No connection.'))).toEqual({
    code: 'offline',
    message: 'No connection.',
  });
  for (const error of [undefined, 'text', new TypeError('x is undefined'), { code: 'a', message: 'b' }]) {
    expect(problemOf(error)).toMatchObject({ code: 'internal' });
  }
});
