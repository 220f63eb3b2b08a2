/** The interface's end of a channel: a device that is somewhere else. */
import type { Commands, DeviceApi, Problem, Queries } from '../api.ts';
import type { Channel } from './channel.ts';
import { type Answer, parseAnswer, type Request } from './messages.ts';
import { DeviceError, INTERRUPTED } from './problem.ts';

interface Pending {
  resolve(value: unknown): void;
  reject(error: DeviceError): void;
}

/** A connected device, and the end of the connection. */
export type ConnectedDevice = DeviceApi & {
  /** Rejects what is under way with `interrupted` and every later command too; watches fall silent. */
  disconnect(): void;
};

/**
 * The device that is served at the other end. Commands reject with a {@link DeviceError}: with the device's own
 * problem, or with `interrupted` when the channel closes first.
 */
export function connectDevice(channel: Channel): ConnectedDevice {
  const pending = new Map<number, Pending>();
  const listeners = new Map<number, (value: never) => void>();
  let lastId = 0;
  let connected = true;

  const stopListening = channel.listen((message) => {
    const answer = parseAnswer(message);
    if (answer?.type === 'value') listeners.get(answer.id)?.(answer.value as never);
    else if (answer !== undefined) settle(pending, answer);
  });
  const disconnect = (): void => {
    if (!connected) return;
    connected = false;
    stopListening();
    listeners.clear();
    for (const id of [...pending.keys()]) settle(pending, { type: 'error', id, problem: INTERRUPTED });
  };
  void channel.closed?.then(disconnect);

  const call = (command: keyof Commands, input: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (!connected) return reject(new DeviceError(INTERRUPTED));
      const id = ++lastId;
      pending.set(id, { resolve, reject });
      try {
        channel.post(requestFor(id, command, input));
      } catch {
        settle(pending, { type: 'error', id, problem: UNSENDABLE });
      }
    });
  const watch = (query: keyof Queries, input: unknown, listener: (value: never) => void) => {
    if (!connected) return () => undefined;
    const id = ++lastId;
    listeners.set(id, listener);
    channel.post({ type: 'watch', id, query, input } satisfies Request);
    return () => {
      if (listeners.delete(id)) channel.post({ type: 'unwatch', id } satisfies Request);
    };
  };
  return { call: call as DeviceApi['call'], watch, disconnect };
}

const UNSENDABLE: Problem = {
  code: 'bad_request',
  message: 'This could not be passed on to Sotto on this device.',
};

function requestFor(id: number, command: keyof Commands, input: unknown): Request {
  return input === undefined ? { type: 'call', id, command } : { type: 'call', id, command, input };
}

function settle(pending: Map<number, Pending>, answer: Exclude<Answer, { type: 'value' }>): void {
  const waiting = pending.get(answer.id);
  pending.delete(answer.id);
  if (answer.type === 'result') waiting?.resolve(answer.value);
  else waiting?.reject(new DeviceError(answer.problem));
}
