/**
 * The tabs of one browser, each with its worker: one holds the device and serves the others over a BroadcastChannel.
 * Every message reaches every tab, so each names whom it is for; that a tab is gone shows by a Web Lock that it held.
 */
import type { DeviceApi } from '../api.ts';
import type { Channel } from '../rpc/channel.ts';
import { serveDevice } from '../rpc/serve.ts';

/** Raised when tabs of two versions of the app would no longer understand each other. */
const TABS_VERSION = 1;

type TabMessage =
  /** From a tab that needs the device; `to` is null since it knows nobody yet. */
  | { readonly kind: 'looking'; readonly from: string; readonly to: null }
  /** From the holder, to all when it begins and to each that looks for it. */
  | { readonly kind: 'serving'; readonly from: string; readonly to: string | null; readonly version: number }
  | {
      readonly kind: 'request' | 'answer';
      readonly from: string;
      readonly to: string;
      readonly body: unknown;
    };

/** What tabs need of a BroadcastChannel. */
export interface Bus {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: { readonly data: TabMessage }) => void): void;
  removeEventListener(type: 'message', listener: (event: { readonly data: TabMessage }) => void): void;
}

export interface Tab {
  readonly id: string;
  readonly bus: Bus;
  /** Resolves when the tab with that id is gone. */
  gone(id: string): Promise<void>;
}

/** Calls `listener` with what the bus carries for this tab. */
function onMessage(tab: Tab, listener: (message: TabMessage) => void): () => void {
  const receive = ({ data }: { readonly data: TabMessage }): void => {
    if (data.to === null || data.to === tab.id) listener(data);
  };
  tab.bus.addEventListener('message', receive);
  return () => tab.bus.removeEventListener('message', receive);
}

/** What passes between this tab and another one, as a channel that closes when the other is gone. */
function channelTo(tab: Tab, other: string, sends: 'request' | 'answer'): Channel {
  const receives = sends === 'request' ? 'answer' : 'request';
  return {
    post(body) {
      tab.bus.postMessage({ kind: sends, from: tab.id, to: other, body } satisfies TabMessage);
    },
    listen: (listener) =>
      onMessage(tab, (message) => {
        if (message.kind === receives && message.from === other) listener(message.body);
      }),
    closed: tab.gone(other),
  };
}

/** Serves the device to all other tabs, as long as this worker lives. */
export function serveTabs(tab: Tab, api: DeviceApi): void {
  const served = new Set<string>();
  const announce = (to: string | null): void => {
    tab.bus.postMessage({ kind: 'serving', from: tab.id, to, version: TABS_VERSION } satisfies TabMessage);
  };
  onMessage(tab, (message) => {
    if (message.kind !== 'looking') return;
    if (!served.has(message.from)) {
      const channel = channelTo(tab, message.from, 'answer');
      serveDevice(api, channel);
      served.add(message.from);
      void channel.closed?.then(() => served.delete(message.from));
    }
    announce(message.from);
  });
  announce(null);
}

/** A holder that was found: a channel to it, or null where it is of another version of the app. */
export type FoundHolder = (channel: Channel | null) => void;

/** Looks for the holder, and again whenever the one that was found is gone, until the returned function is called. */
export function findHolder(tab: Tab, found: FoundHolder): () => void {
  let holder: string | undefined;
  const look = (): void => {
    holder = undefined;
    tab.bus.postMessage({ kind: 'looking', from: tab.id, to: null } satisfies TabMessage);
  };
  const stop = onMessage(tab, (message) => {
    if (message.kind !== 'serving' || message.from === holder) return;
    // Announced to all: it serves those that it has heard of.
    if (message.to === null) return look();
    holder = message.from;
    const channel = channelTo(tab, message.from, 'request');
    void channel.closed?.then(() => {
      if (holder === message.from) look();
    });
    found(message.version === TABS_VERSION ? channel : null);
  });
  look();
  return () => {
    holder = undefined;
    stop();
  };
}
