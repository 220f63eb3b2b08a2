/** What the parts of a signed-in device share. */

import type { ClientFrame } from '@sotto/contract';
import type { Random } from '@sotto/crypto';
import type { AccountId, Address, DeviceId } from '@sotto/protocol';
import type { MlsEngine } from '@sotto/protocol/conversations';
import type { Timeline } from './conversations/timeline.ts';
import type { Directory } from './directory/directory.ts';
import type { ContactList } from './identity/contacts.ts';
import type { DeviceKeys } from './identity/device-keys.ts';
import type { Live } from './live.ts';
import type { Http } from './session/http.ts';
import type { ProfileHolder } from './session/profile.ts';
import type { SealedStore } from './store/sealed-store.ts';

export interface Self {
  readonly accountId: AccountId;
  readonly deviceId: DeviceId;
  readonly address: Address;
  readonly domain: string;
  readonly keys: DeviceKeys;
}

export interface Core {
  readonly self: Self;
  readonly http: Http;
  /** The device's session token, good now. */
  readonly token: () => Promise<string>;
  readonly random: Random;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly store: SealedStore;
  readonly timeline: Timeline;
  readonly directory: Directory;
  /** What the account has decided of people. */
  readonly contactList: ContactList;
  readonly profile: ProfileHolder;
  readonly live: Live;
  /** Loaded with the first conversation. */
  readonly engine: () => Promise<MlsEngine>;
  /** Sends over the socket where it is connected. */
  readonly send: (frame: ClientFrame) => void;
  readonly isOnline: () => boolean;
  /** Counters of submissions that the server has not confirmed. */
  readonly outstanding: Set<number>;
  /** This profile must not be used further. */
  readonly stop: (code: string, message: string) => void;
}
