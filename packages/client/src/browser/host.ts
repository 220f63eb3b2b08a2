/**
 * What a worker of the web app does: it is the device when it holds the Web Lock, and passes its page on to the
 * holder when it does not. When the holder's tab closes, the browser gives the lock to one of the others; the pages
 * keep their watches, and a message that was under way goes to the next holder, and other commands reject with `interrupted`.
 */

import { newMessageName } from '../message-name.ts';
import type { MakeDevice, Platform } from '../platform.ts';
import { problemOf } from '../problem.ts';
import { connectDevice } from '../rpc/connect.ts';
import { type FollowingDevice, followDevice } from '../rpc/following.ts';
import { type PortLike, portChannel } from '../rpc/port.ts';
import { UNKNOWN_REQUEST } from '../rpc/problem.ts';
import { serveDevice } from '../rpc/serve.ts';
import { stoppedDevice } from '../rpc/stopped.ts';
import { browserPlatform } from './platform.ts';
import { findHolder, serveTabs, type Tab } from './tabs.ts';

const DEVICE = 'sotto-device';

/** The part of `navigator.locks` that is used. */
export interface Locks {
  request(
    name: string,
    options: { readonly mode: 'exclusive' | 'shared' },
    work: () => Promise<void>,
  ): Promise<unknown>;
}

export interface HostParts {
  readonly platform?: Platform;
  readonly locks?: Locks;
}

/**
 * Serves the page of this worker, for as long as the worker lives.
 * @param scope the worker's global scope, whose messages are the page's
 */
export async function startDeviceHost(
  scope: PortLike,
  makeDevice: MakeDevice,
  parts: HostParts = {},
): Promise<void> {
  const locks: Locks = parts.locks ?? navigator.locks;
  const following = followDevice(newMessageName);
  serveDevice(following.api, portChannel(scope));
  const tab = await openTab(locks);
  const stopRelaying = relay(tab, following);
  await locks.request(DEVICE, { mode: 'exclusive' }, async () => {
    stopRelaying();
    serveTabs(tab, following.api);
    following.follow(await startDevice(makeDevice, parts.platform ?? browserPlatform()));
    await untilTheEnd();
  });
}

/** This worker among the others. It holds the lock of its own id before anyone hears of it. */
async function openTab(locks: Locks): Promise<Tab> {
  const id = crypto.randomUUID();
  const lockOf = (tab: string) => `sotto-tab-${tab}`;
  await new Promise<void>((held) => {
    void locks.request(lockOf(id), { mode: 'exclusive' }, () => {
      held();
      return untilTheEnd();
    });
  });
  return {
    id,
    bus: new BroadcastChannel(DEVICE),
    gone: async (other) => {
      await locks.request(lockOf(other), { mode: 'shared' }, async () => undefined);
    },
  };
}

/** Lets the page use the device of another tab. */
function relay(tab: Tab, following: FollowingDevice): () => void {
  let disconnect = (): void => undefined;
  const stop = findHolder(tab, (channel) => {
    disconnect();
    if (channel === null) return following.follow(stoppedDevice(UNKNOWN_REQUEST));
    const device = connectDevice(channel);
    disconnect = () => {
      device.disconnect();
      following.lose();
    };
    const connected = disconnect;
    void channel.closed?.then(() => {
      if (disconnect === connected) disconnect();
    });
    following.follow(device);
  });
  return () => {
    stop();
    disconnect();
    following.lose();
    disconnect = () => undefined;
  };
}

async function startDevice(makeDevice: MakeDevice, platform: Platform) {
  try {
    return await makeDevice(platform);
  } catch (error) {
    return stoppedDevice(problemOf(error));
  }
}

function untilTheEnd(): Promise<never> {
  return new Promise(() => undefined);
}
