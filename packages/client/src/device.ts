/**
 * The device: what an interface talks to. It is signed out, locked or signed in, and carries out commands as that
 * allows; all that it shows comes from the local store, so that it reads and queues without a connection.
 */
import { identity, PROTOCOL_VERSION, wireErrorOf } from '@sotto/contract';
import { recordKey, SottoError, wipe } from '@sotto/crypto';
import { domainOf, encodeWorkingKeys } from '@sotto/protocol';
import type { Commands, Problem, Queries, ServerInfo, Session } from './api.ts';
import { makeCommands } from './commands.ts';
import { supplyKeyPackages } from './conversations/key-packages.ts';
import type { NewDevice } from './identity/sign-up.ts';
import { Live } from './live.ts';
import type { Platform, RunningDevice } from './platform.ts';
import { problemOf } from './problem.ts';
import { makeQueries, SESSION_KIND } from './queries.ts';
import { createHttp, type Http } from './session/http.ts';
import { PROFILE_KEY, type Profile } from './session/profile.ts';
import { SignedIn } from './signed-in.ts';
import { SealedStore } from './store/sealed-store.ts';
import type { Store } from './store/store.ts';
import { checkStoreFormat } from './store/store-format.ts';
import {
  changeLockPassword,
  createStoreKey,
  openStoreKey,
  type StoreKeyPlace,
  setLock,
} from './store/store-key.ts';

/** Opens the profile of `platform`. Never throws for a profile that cannot be used: the session says so. */
export async function createDevice(platform: Platform): Promise<RunningDevice> {
  const device = new Device(platform);
  await device.start();
  return device;
}

/** Where a profile keeps the address of its server. */
export const SERVER_KEY = 'server';
/** Between two tries to reach the server while signed out, in milliseconds. */
const SERVER_PAUSE = 3_000;

class Device implements RunningDevice {
  readonly #platform: Platform;
  readonly #live = new Live();
  readonly #commands: Commands;
  readonly #queries = makeQueries({ active: () => this.#active, session: () => this.#readSession() });
  #store: Store | undefined;
  #active: SignedIn | undefined;
  #session: Session = { state: 'starting' };
  #appLock = false;
  #closed = false;
  #meeting: ReturnType<typeof setTimeout> | undefined;

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#commands = makeCommands(this.#commandHost());
  }

  async start(): Promise<void> {
    try {
      this.#store = await this.#platform.openStore();
      await checkStoreFormat(this.#store);
      await this.#open(undefined);
    } catch (error) {
      this.#stop(problemOf(error));
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#meeting);
    await this.#active?.close();
    await this.#store?.close();
  }

  call<K extends keyof Commands>(command: K, ...input: Parameters<Commands[K]>): ReturnType<Commands[K]> {
    const run = this.#commands[command] as (...input: Parameters<Commands[K]>) => ReturnType<Commands[K]>;
    return run(...input);
  }

  watch<K extends keyof Queries>(
    query: K,
    input: Queries[K]['input'],
    listener: (value: Queries[K]['value']) => void,
  ): () => void {
    const { topics, read } = this.#queries[query](input);
    let latest = 0;
    let watching = true;
    const tell = async (): Promise<void> => {
      const turn = ++latest;
      const value = await read().catch(() => undefined);
      if (watching && turn === latest && value !== undefined) listener(value);
    };
    const stop = this.#live.watch(topics, () => void tell());
    void tell();
    return () => {
      watching = false;
      stop();
    };
  }

  #commandHost() {
    const device = this;
    return {
      random: this.#platform.random,
      get appLock() {
        return device.#appLock;
      },
      http: () => this.#http(),
      serverInfo: () => this.#serverInfo(),
      requireSignedOut: () => this.#requireSignedOut(),
      signedIn: () => this.#signedIn(),
      kept: () => (this.#session.state === 'stopped' && this.#active) || this.#signedIn(),
      opened: () => this.#opened(),
      enter: (made: NewDevice, name: string, first: boolean) => this.#enter(made, name, first),
      wipe: () => this.#wipe(null),
      unlock: async (password: string) => {
        if (this.#session.state === 'locked') await this.#open(password);
      },
      setAppLock: async (enabled: boolean, password: string) => {
        await setLock(this.#place(), { enabled, password });
        this.#appLock = enabled;
        this.#live.changed('session');
      },
      changeAppLock: (password: string, newPassword: string) =>
        changeLockPassword(this.#place(), { password, newPassword }),
      changed: (...topics: readonly string[]) => this.#live.changed(...topics),
    };
  }

  /** Keeps a device that has just become part of an account, and starts it. */
  async #enter(made: NewDevice, deviceName: string, first: boolean): Promise<void> {
    const place = this.#place();
    const { account, keys, states } = made;
    const domain = domainOf(account.address);
    const key = await createStoreKey(place, account.address);
    const store = SealedStore.open(place.store, await recordKey(key), this.#platform.random);
    wipe(key);
    const profile: Profile = {
      domain,
      address: account.address,
      accountId: account.accountId,
      deviceId: keys.id,
      deviceName: deviceName.trim() || this.#platform.name,
      signingSeed: keys.signingSeed,
      encryptionSeed: keys.encryptionSeed,
      workingKeys: encodeWorkingKeys(account.workingKeys),
      counter: 0,
      sequence: 1,
      incarnation: -1,
      confirmed: first,
      owner: false,
    };
    wipe(account.accountKey);
    wipe(account.signingSeed);
    await store.batch([
      { put: PROFILE_KEY, value: profile },
      { put: SERVER_KEY, value: this.#serverUrl() },
    ]);
    await this.#run(store, profile, states);
  }

  /** Opens the store of a signed-in profile, if there is one and its lock allows. */
  async #open(password: string | undefined): Promise<void> {
    const opened = await openStoreKey(this.#place(), password === undefined ? {} : { password });
    if (opened.state === 'none') return this.#setSignedOut(null);
    if (opened.state === 'locked') return this.#set({ state: 'locked', address: opened.address });
    this.#appLock = opened.appLock;
    const store = SealedStore.open(this.#place().store, await recordKey(opened.key), this.#platform.random);
    wipe(opened.key);
    const profile = await store.get<Profile>(PROFILE_KEY);
    if (profile === undefined) return this.#setSignedOut(null);
    await this.#run(store, profile, undefined);
  }

  /** @param states of a device that is new: the account's chain, to be pinned */
  async #run(store: SealedStore, profile: Profile, states: readonly Uint8Array[] | undefined): Promise<void> {
    const serverUrl = (await store.get<string>(SERVER_KEY)) ?? this.#serverUrl();
    const stop = (problem: Problem): void => this.#stop(problem);
    const active = await SignedIn.open(this.#platform, serverUrl, store, profile, this.#live, stop);
    if (states !== undefined) await this.#introduce(active, profile, states);
    this.#active = active;
    this.#session = { state: 'starting' };
    active.connect(this.#platform, serverUrl);
    this.#live.changed('session', SESSION_KIND);
  }

  /** A new device pins its account, and can be written to from the moment that it is there. */
  async #introduce(active: SignedIn, profile: Profile, states: readonly Uint8Array[]): Promise<void> {
    await active.core.directory.adopt(states, profile.address);
    // Where this fails, it is done at the first connection.
    await supplyKeyPackages(active.core, 0).catch(() => undefined);
  }

  #readSession(): Session {
    const active = this.#active;
    if (active === undefined || this.#session.state === 'stopped') return this.#session;
    const { address, accountId, deviceId, confirmed, owner } = active.core.profile.value;
    const { connection, problem } = active;
    return {
      state: 'signed-in',
      address,
      accountId,
      deviceId,
      connection,
      confirmed,
      owner,
      appLock: this.#appLock,
      problem,
    };
  }

  #set(session: Session): void {
    this.#session = session;
    this.#live.changed('session', SESSION_KIND);
  }

  #setSignedOut(notice: Problem | null): void {
    this.#set({ state: 'signed-out', server: null, notice });
    this.#meetServer(notice);
  }

  /** Asks for the server's answer until there is one or the device is not signed out any more. */
  #meetServer(notice: Problem | null): void {
    clearTimeout(this.#meeting);
    const tell = (server: ServerInfo | null, problem: Problem | null): boolean => {
      const waiting = this.#session.state === 'signed-out' && !this.#closed;
      if (waiting) this.#set({ state: 'signed-out', server, notice: problem });
      return waiting;
    };
    this.#serverInfo().then(
      (server) => tell(server, notice),
      (error: unknown) => {
        if (!tell(null, notice ?? problemOf(error))) return;
        this.#meeting = setTimeout(() => this.#meetServer(notice), SERVER_PAUSE);
      },
    );
  }

  #stop(problem: Problem): void {
    this.#set({ state: 'stopped', problem });
    const active = this.#active;
    void active?.close();
  }

  /** Removes everything of the account from this device. */
  async #wipe(notice: Problem | null): Promise<void> {
    const active = this.#active;
    this.#active = undefined;
    await active?.close();
    await this.#place().store.clear();
    await this.#platform.profileKey.forget();
    await checkStoreFormat(this.#place().store);
    this.#appLock = false;
    this.#setSignedOut(notice);
  }

  async #serverInfo(): Promise<ServerInfo> {
    const { domain, registration, first, version, protocol } = await this.#http().request(
      identity.server,
      {},
    );
    // There is no older way to talk that a server could ask for (attack S3); a newer server refuses by itself.
    if (protocol < PROTOCOL_VERSION) throw wireErrorOf('version_unsupported');
    return { domain, registration, first, version };
  }

  #http(): Http {
    return createHttp(this.#serverUrl(), this.#platform.fetch);
  }

  #serverUrl(): string {
    const { serverUrl } = this.#platform;
    if (serverUrl === null)
      throw new SottoError(
        'server_missing',
        'Say which server to use, such as --server http://localhost:8420.',
      );
    return serverUrl;
  }

  #place(): StoreKeyPlace {
    if (this.#store === undefined)
      throw new SottoError('store_failed', 'The data of Sotto on this device cannot be opened.');
    return { store: this.#store, profileKey: this.#platform.profileKey, random: this.#platform.random };
  }

  #requireSignedOut(): void {
    if (this.#session.state !== 'signed-out') {
      throw new SottoError('signed_in_already', 'This device is signed in already. Sign out first.');
    }
  }

  #opened(): SignedIn | undefined {
    const { state } = this.#session;
    return state === 'locked' || state === 'stopped' ? undefined : this.#signedIn();
  }

  #signedIn(): SignedIn {
    if (this.#session.state === 'stopped')
      throw new SottoError(this.#session.problem.code, this.#session.problem.message);
    if (this.#session.state === 'locked')
      throw new SottoError('locked', 'Sotto is locked. Enter your password.');
    if (this.#active === undefined) throw new SottoError('not_signed_in', 'This device is not signed in.');
    return this.#active;
  }
}
