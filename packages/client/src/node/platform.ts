/** A program as the place of a device. */
import { hostname } from 'node:os';
import { systemRandom } from '@sotto/crypto';
import type { Platform } from '../platform.ts';
import type { Store } from '../store/store.ts';
import { openProfileKey } from './profile-key.ts';

/**
 * The platform of the profile in `home`, whose store is open already.
 * @param serverUrl null where the person named none
 */
export function nodePlatform(home: string, store: Store, serverUrl: string | null): Platform {
  return {
    openStore: async () => store,
    profileKey: openProfileKey(home, systemRandom),
    random: systemRandom,
    fetch: (url, init) => globalThis.fetch(url, init),
    openSocket: (url) => new WebSocket(url),
    now: () => Date.now(),
    serverUrl,
    name: `Command line on ${hostname()}`,
  };
}
