/** What stands for a device that could not be started: it says why, and does nothing. */
import type { DeviceApi, Problem } from '../api.ts';
import { DeviceError } from './problem.ts';

/** Commands reject with the problem, the session is `stopped` with it, and the other queries stay silent. */
export function stoppedDevice(problem: Problem): DeviceApi {
  return {
    call: (() => Promise.reject(new DeviceError(problem))) as DeviceApi['call'],
    watch(query, _input, listener) {
      if (query !== 'session') return () => undefined;
      let watching = true;
      queueMicrotask(() => {
        if (watching) listener({ state: 'stopped', problem } as never);
      });
      return () => {
        watching = false;
      };
    },
  };
}
