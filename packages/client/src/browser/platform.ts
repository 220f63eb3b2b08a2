/** The browser as the place of a device: what a dedicated worker of the web app has. */
import { systemRandom } from '@sotto/crypto';
import type { Platform } from '../platform.ts';
import { browserProfile } from './profile.ts';

/** The platform of this worker; the server is where the app came from. */
export function browserPlatform(): Platform {
  return {
    ...browserProfile('sotto', systemRandom),
    random: systemRandom,
    fetch: (url, init) => globalThis.fetch(url, init),
    openSocket: (url) => new WebSocket(url),
    now: () => Date.now(),
    serverUrl: globalThis.location.origin,
    name: browserName(globalThis.navigator.userAgent),
  };
}

/** The first that matches: each browser and system names those that it wants to be taken for as well. */
const BROWSERS = [
  [/Edg/, 'Edge'],
  [/OPR/, 'Opera'],
  [/Firefox|FxiOS/, 'Firefox'],
  [/Chrome|CriOS/, 'Chrome'],
  [/Safari/, 'Safari'],
] as const;
const SYSTEMS = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Macintosh/, 'Mac'],
  [/CrOS/, 'ChromeOS'],
  [/Linux|X11/, 'Linux'],
] as const;

/** A name that a person recognises in a list of devices, such as "Firefox on Linux". */
export function browserName(userAgent: string): string {
  const browser = BROWSERS.find(([pattern]) => pattern.test(userAgent))?.[1] ?? 'Browser';
  const system = SYSTEMS.find(([pattern]) => pattern.test(userAgent))?.[1];
  return system === undefined ? browser : `${browser} on ${system}`;
}
