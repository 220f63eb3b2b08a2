/**
 * A device that may change its place: behind one face, which an interface keeps, the device that runs now is put and
 * taken away. Watches go on by themselves with the next one; commands wait while there is none. A
 * message that is under way when a device goes is given to the next one.
 */
import type { Commands, DeviceApi, Queries } from '../api.ts';
import { DeviceError, INTERRUPTED } from './problem.ts';

type AnyQuery = Queries[keyof Queries];

/** Query, input and listener belong together, as the type of `watch` says; here they are only passed on. */
interface Watch {
  readonly query: keyof Queries;
  readonly input: AnyQuery['input'];
  readonly listener: (value: AnyQuery['value']) => void;
  /** Ends it on the present device. */
  end: () => void;
}

export interface FollowingDevice {
  readonly api: DeviceApi;
  /** From now on this device answers. The one before must reject what was under way by itself. */
  follow(device: DeviceApi): void;
  /** There is no device for the moment. */
  lose(): void;
  /** For good: what waits and what comes rejects with `interrupted`. */
  end(): void;
}

/** @param newName for a message */
export function followDevice(newName: () => string): FollowingDevice {
  const watches = new Set<Watch>();
  let { promise: next, resolve: arrived, reject: ended } = Promise.withResolvers<DeviceApi>();
  let current: DeviceApi | undefined;
  next.catch(() => undefined);

  const start = (device: DeviceApi, watch: Watch): void => {
    watch.end();
    watch.end = device.watch(watch.query, watch.input, watch.listener);
  };
  const lose = (): void => {
    if (current === undefined) return;
    current = undefined;
    ({ promise: next, resolve: arrived, reject: ended } = Promise.withResolvers<DeviceApi>());
    next.catch(() => undefined);
    for (const watch of watches) watch.end = noop;
  };
  /** Given to each device until one answers: a message has a name, and is the same one under it. */
  const send = async (input: Parameters<Commands['send']>[0]): Promise<{ id: string }> => {
    const device = await next;
    try {
      return await device.call('send', input);
    } catch (error) {
      if (!isInterrupted(error)) throw error;
      if (current === device) lose();
      return send(input);
    }
  };
  const call = async (command: keyof Commands, ...input: never): Promise<unknown> => {
    if (command === 'send') return send({ id: newName(), ...(input[0] as Parameters<Commands['send']>[0]) });
    return (await next).call(command, ...input);
  };
  const api: DeviceApi = {
    call: call as DeviceApi['call'],
    watch(query, input, listener) {
      const watch: Watch = { query, input, listener: listener as Watch['listener'], end: noop };
      watches.add(watch);
      if (current !== undefined) start(current, watch);
      return () => {
        watches.delete(watch);
        watch.end();
        watch.end = noop;
      };
    },
  };
  return {
    api,
    follow(device) {
      lose();
      current = device;
      arrived(device);
      for (const watch of watches) start(device, watch);
    },
    lose,
    end() {
      lose();
      watches.clear();
      ended(new DeviceError(INTERRUPTED));
    },
  };
}

/** Whether the device has gone before it answered. */
function isInterrupted(error: unknown): boolean {
  return error instanceof DeviceError && error.code === INTERRUPTED.code;
}

function noop(): void {}
