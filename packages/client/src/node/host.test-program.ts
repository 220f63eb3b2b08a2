/** A program on a profile, for host.test.ts: reads commands as lines, and writes what comes of them as lines. */
import { createInterface } from 'node:readline';
import type { DeviceApi, Session } from '../api.ts';
import type { Platform, RunningDevice } from '../platform.ts';
import { openDevice } from './host.ts';

/** Counts up from what the store holds, as a ratchet does: two that do so at once would use a number twice. */
async function makeDevice(platform: Platform): Promise<RunningDevice> {
  const store = await platform.openStore();
  let counter = (await store.get('counter'))?.[0] ?? 0;
  const watchers = new Set<(session: Session) => void>();
  const session = (): Session => ({ state: 'locked', address: `${process.pid}#${counter}` });
  const commands: Record<string, () => Promise<unknown>> = {
    generatePassword: async () => String(process.pid),
    exportAll: () => new Promise(() => undefined),
    send: async () => {
      const own = ++counter;
      await store.put('counter', Uint8Array.of(own));
      for (const watcher of watchers) watcher(session());
      return { id: String(own) };
    },
  };
  return {
    call: ((command: string) => commands[command]?.()) as DeviceApi['call'],
    watch(_query, _input, listener) {
      const watcher = listener as (session: Session) => void;
      watchers.add(watcher);
      watcher(session());
      return () => watchers.delete(watcher);
    },
    close: () => store.close(),
  };
}

function say(word: string, text: unknown): void {
  process.stdout.write(`${word} ${text}\n`);
}

const opened = await openDevice({ home: process.argv[2] ?? '', makeDevice }).catch((error) => {
  say('refused', error.code);
  process.exit(1);
});
say('open', process.pid);

const actions: Record<string, () => unknown> = {
  who: async () => say('who', await opened.api.call('generatePassword')),
  send: async () => say('sent', (await opened.api.call('send', { conversation: '', text: '' })).id),
  hang: () => opened.api.call('exportAll'),
  watch: () =>
    opened.api.watch('session', null, (session) => {
      if (session.state === 'locked') say('session', session.address);
    }),
  close: async () => {
    await opened.close();
    process.exit(0);
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  void Promise.resolve(actions[line]?.()).catch((error) => say('failed', error.code));
}
