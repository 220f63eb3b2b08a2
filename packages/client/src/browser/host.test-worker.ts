/** The worker of a tab in host.browser-test.ts: a device of a few commands on a real store. */
import type { DeviceApi, Session } from '../api.ts';
import type { Platform, RunningDevice } from '../platform.ts';
import { type Locks, startDeviceHost } from './host.ts';

/** Grants every lock at once, as if there were none. */
const NO_LOCKS: Locks = { request: async (_name, _options, work) => work() };

/** Counts up from what the store holds, as a ratchet does: two that do so at once would use a number twice. */
async function makeDevice(platform: Platform): Promise<RunningDevice> {
  if (new URLSearchParams(location.search).has('broken')) throw new TypeError('a secret inside');
  const store = await platform.openStore();
  let counter = (await store.get('counter'))?.[0] ?? 0;
  const name = crypto.randomUUID();
  const watchers = new Set<(session: Session) => void>();
  const session = (): Session => ({ state: 'locked', address: `${name}#${counter}` });
  const commands: Record<string, (input: { readonly id?: string }) => Promise<unknown>> = {
    /** Once for each name; the answer comes a moment after it is done. */
    send: async ({ id }) => {
      const before = (await store.get(`sent/${id}`))?.[0];
      if (before !== undefined) return { id: String(before) };
      const own = ++counter;
      await store.batch([
        { put: 'counter', value: Uint8Array.of(own) },
        { put: `sent/${id}`, value: Uint8Array.of(own) },
      ]);
      for (const watcher of watchers) watcher(session());
      await new Promise((resolve) => setTimeout(resolve, 5));
      return { id: String(own) };
    },
    generatePassword: async () => name,
    exportAll: () => new Promise(() => undefined),
    createInvite: async () => ({ code: String(watchers.size), expires: 0 }),
  };
  return {
    call: ((command: string, input: { readonly id?: string } = {}) =>
      commands[command]?.(input)) as DeviceApi['call'],
    watch(_query, _input, listener) {
      const watcher = listener as (session: Session) => void;
      watchers.add(watcher);
      watcher(session());
      return () => watchers.delete(watcher);
    },
    close: () => store.close(),
  };
}

const withoutLocks = new URLSearchParams(location.search).has('without-locks');
void startDeviceHost(self, makeDevice, withoutLocks ? { locks: NO_LOCKS } : {});
