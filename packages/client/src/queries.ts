/** The live queries: which topics each depends on, and how its value is read from the local store. */
import type { Queries, Session } from './api.ts';
import type { ConversationId } from './conversations/records.ts';
import { conversation, itemView, person, summaries } from './conversations/views.ts';
import { listDevices } from './identity/devices.ts';
import type { SignedIn } from './signed-in.ts';

/** Changes when the device is signed in, out or locked. */
export const SESSION_KIND = 'session-kind';

export interface QueryHost {
  /** Undefined while nobody is signed in. */
  active(): SignedIn | undefined;
  session(): Session;
}

export interface Query<Value> {
  readonly topics: readonly string[];
  read(): Promise<Value>;
}

type QueryTable = { [Q in keyof Queries]: (input: Queries[Q]['input']) => Query<Queries[Q]['value']> };

export function makeQueries(host: QueryHost): QueryTable {
  return {
    session: () => ({ topics: ['session'], read: async () => host.session() }),
    conversations: () => ({
      topics: [SESSION_KIND, 'conversations'],
      read: async () => {
        const active = host.active();
        return active === undefined ? [] : summaries(active.core);
      },
    }),
    conversation: ({ id }) => ({
      topics: [SESSION_KIND, `conversation/${id}`],
      read: async () => {
        const active = host.active();
        return active === undefined ? null : conversation(active.core, id as ConversationId);
      },
    }),
    items: ({ conversation: id, limit, hold = false }) => {
      let from: number | undefined;
      return {
        topics: [SESSION_KIND, `items/${id}`],
        read: async () => {
          const core = host.active()?.core;
          if (core === undefined) return { items: [], more: false };
          const { items, more } = await core.timeline.items(id as ConversationId, limit, from);
          if (hold) from ??= items[0]?.position;
          return { items: items.map((item) => itemView(core, item)), more };
        },
      };
    },
    devices: () => ({
      topics: [SESSION_KIND, 'devices'],
      read: async () => {
        const active = host.active();
        return active === undefined ? [] : listDevices(active.core);
      },
    }),
    people: () => ({
      topics: [SESSION_KIND, 'people'],
      read: async () => {
        const core = host.active()?.core;
        if (core === undefined) return [];
        const others = core.directory
          .all()
          .filter((pin) => pin.accountId !== core.self.accountId && pin.replacedBy === null);
        return others.map((pin) => person(core, pin));
      },
    }),
  };
}
