/** A device that is signed in and open: its parts put together, and what the server's frames do. */
import { identity, type ServerFrame } from '@sotto/contract';
import { hasCode, type SigningKey, SottoError } from '@sotto/crypto';
import type { AccountId } from '@sotto/protocol';
import type { MlsEngine } from '@sotto/protocol/conversations';
import type { Connection, Problem } from './api.ts';
import { BOUNDS } from './bounds.ts';
import { leaveUnknown } from './conversations/come-back.ts';
import { nameFor } from './conversations/commit-notes.ts';
import { Commits } from './conversations/commits.ts';
import { Groups } from './conversations/groups.ts';
import { Inbox } from './conversations/inbox.ts';
import { joinOwnGroups } from './conversations/join.ts';
import { supplyKeyPackages } from './conversations/key-packages.ts';
import { resubmit, settle, submitAgain } from './conversations/outgoing.ts';
import { Receiver } from './conversations/receive.ts';
import { followRestored } from './conversations/restored.ts';
import { Sender } from './conversations/send.ts';
import { Timeline } from './conversations/timeline.ts';
import { isToEnter } from './conversations/waiting.ts';
import type { Core, Self } from './core.ts';
import { Directory } from './directory/directory.ts';
import type { Pin } from './directory/pin.ts';
import { applyVerified, ContactList, syncContacts } from './identity/contacts.ts';
import { deviceKeysFrom } from './identity/device-keys.ts';
import { learnOwnership, publishName, takeWorkingKeys } from './identity/devices.ts';
import type { Live } from './live.ts';
import { Lock } from './lock.ts';
import type { Platform } from './platform.ts';
import { problemOf } from './problem.ts';
import { CatchUp } from './session/catch-up.ts';
import { createDeviceSession } from './session/device-session.ts';
import { createHttp, type Http } from './session/http.ts';
import { type Profile, ProfileHolder } from './session/profile.ts';
import { createSocket, type Socket } from './session/socket.ts';
import type { SealedStore } from './store/sealed-store.ts';

/** Refusals that end one message and leave the connection as it is. */
const FINAL_REFUSALS = ['too_large', 'forbidden', 'unknown_group', 'bad_request'];
const PAUSE = 2_000;

type ServerEvent = Exclude<ServerFrame, { type: 'entries' | 'closing' }>;

export class SignedIn {
  readonly core: Core;
  readonly groups: Groups;
  readonly sender: Sender;
  connection: Connection = 'connecting';
  problem: Problem | null = null;
  readonly #commits: Commits;
  readonly #inbox: Inbox;
  readonly #catchUp: CatchUp;
  readonly #contacts = new Lock();
  readonly #session: ReturnType<typeof createDeviceSession>;
  #socket: Socket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #telling: ReturnType<typeof setTimeout> | undefined;
  #events = 0;
  #closed = false;

  private constructor(core: Core, session: ReturnType<typeof createDeviceSession>) {
    this.core = core;
    this.groups = new Groups(core);
    this.#session = session;
    this.#commits = new Commits(core, this.groups);
    this.sender = new Sender(core, this.groups, this.#commits, (error) => this.#trouble(error));
    const receiver = new Receiver(core, this.groups, this.#commits);
    this.#inbox = new Inbox(
      receiver,
      () => this.sender.kick(),
      (error) => this.#trouble(error),
    );
    this.#catchUp = new CatchUp(
      () => core.http.request(identity.server, {}),
      async () => {
        await this.#inbox.idle();
        await this.sender.idle();
        await this.#contacts.run(async () => undefined);
      },
    );
  }

  static async open(
    platform: Platform,
    serverUrl: string,
    store: SealedStore,
    profile: Profile,
    live: Live,
    stop: (problem: Problem) => void,
  ): Promise<SignedIn> {
    const http = createHttp(serverUrl, platform.fetch);
    const keys = await deviceKeysFrom(profile.deviceId, profile.signingSeed, profile.encryptionSeed);
    const { accountId, deviceId, address, domain } = profile;
    const self: Self = { accountId, deviceId, address, domain, keys };
    const lock = new Lock();
    const session = createDeviceSession(
      http,
      { domain, accountId, deviceId, key: keys.signing },
      platform.now,
    );
    const holder: { current?: SignedIn } = {};
    const directory = new Directory({
      http,
      token: session.token,
      store,
      lock,
      now: platform.now,
      onPin: (pin, before) => holder.current?.pinned(pin, before),
    });
    const list = new ContactList(store);
    const onDecided = () => holder.current?.decided();
    const core: Core = {
      self,
      http: withFreshToken(http, session),
      token: session.token,
      random: platform.random,
      now: platform.now,
      store,
      timeline: new Timeline({ store, live, lock, now: platform.now, list, onDecided }),
      directory,
      contactList: list,
      profile: new ProfileHolder(store, lock, profile),
      live,
      engine: lazyEngine(platform, keys.signing),
      send: (frame) => holder.current?.send(frame),
      isOnline: () => holder.current?.connection === 'online',
      outstanding: new Set(),
      stop: (code, message) => stop({ code, message }),
    };
    const device = new SignedIn(core, session);
    holder.current = device;
    await Promise.all([directory.load(), list.load(), core.timeline.load(), device.groups.load()]);
    return device;
  }

  /** Connects, and stays connected until {@link close}. */
  connect(platform: Platform, serverUrl: string): void {
    const url = new URL('/api/v1/socket', serverUrl);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    this.#socket = createSocket({
      url: url.href,
      open: (address) => platform.openSocket(address),
      token: () => this.#session.token(),
      onFrame: (frame) => this.#onFrame(frame),
      onConnection: (connection) => {
        this.connection = connection;
        if (connection === 'offline') this.#catchUp.lost();
        this.core.live.changed('session');
      },
      onRefused: () => {
        this.core.stop(
          'device_signed_out',
          'This device was signed out or removed from your account. Sign in again to use it.',
        );
      },
    });
  }

  send(frame: Parameters<Core['send']>[0]): void {
    this.#socket?.send(frame);
  }

  /** Tries to connect now. */
  wake(): void {
    this.#socket?.wake();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#telling);
    this.sender.close();
    this.#socket?.close();
    await this.#inbox.close();
    await this.groups.lock.run(async () => undefined);
  }

  /** Resolves when what waited has been taken in and sent. Rejects with `offline`. */
  async catchUp(): Promise<void> {
    if (this.connection === 'offline') throw new SottoError('offline', 'The server cannot be reached.');
    await this.#catchUp.done();
  }

  #onFrame(frame: ServerFrame): void {
    this.#catchUp.received();
    if (frame.type === 'closing') {
      if (frame.code === 'not_signed_in') this.#session.forget();
      return;
    }
    if (frame.type === 'ready') this.#inbox.reset();
    const taken =
      frame.type === 'entries' ? this.#inbox.add(frame.stream, frame.entries) : this.#takeEvent(frame);
    // What was not taken comes again with the next connection; nothing behind it may come before it.
    if (!taken) this.#socket?.restart();
  }

  /** False where too much is under way already: a server that tells more than can be seen to is not listened to. */
  #takeEvent(frame: ServerEvent): boolean {
    if (this.#events >= BOUNDS.events) return false;
    this.#events++;
    this.#background(() => this.#onEvent(frame).finally(() => this.#events--));
    return true;
  }

  async #onEvent(frame: ServerEvent): Promise<void> {
    if (frame.type === 'ready') await this.#onReady(frame).finally(this.#catchUp.greeted());
    else if (frame.type === 'taken') await settle(this.core, frame.counter, null);
    else if (frame.type === 'refused') await this.#onRefused(frame.counter, frame.code);
    else if (frame.type === 'account') await this.#refresh(frame.account, frame.number);
    else if (frame.type === 'contacts') {
      await this.#syncContacts(frame.number);
      await this.joinGroups();
    } else await supplyKeyPackages(this.core, frame.left);
  }

  async #onReady(ready: Extract<ServerFrame, { type: 'ready' }>): Promise<void> {
    const { profile } = this.core;
    if (ready.counter > profile.value.counter) {
      return this.core.stop(
        'profile_rolled_back',
        'The data of Sotto on this device is older than what this device has already sent. Sign in again as a new device.',
      );
    }
    await followRestored(this.core, this.groups, ready.incarnation);
    await resubmit(this.core, ready.counter);
    this.problem = null;
    for (const [account, number] of ready.accounts) await this.#attempt(() => this.#refresh(account, number));
    await this.#attempt(() => this.#syncContacts(ready.contacts));
    await this.#attempt(() => supplyKeyPackages(this.core, ready.keyPackages));
    await this.#attempt(() => publishName(this.core));
    await this.#attempt(() => learnOwnership(this.core));
    for (const { id, staged } of this.groups.all()) {
      if (staged !== null) await this.#attempt(() => this.groups.lock.run(() => this.#commits.offer(id)));
    }
    await this.#attempt(() => this.joinGroups());
    this.core.live.changed('session');
    this.sender.kick();
  }

  /** One step of the greeting: what goes wrong with it shows, and holds up no other. */
  async #attempt(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.#trouble(error);
      if (hasCode(error, 'offline')) throw error;
    }
  }

  async #onRefused(counter: number, code: string): Promise<void> {
    if (code === 'counter_reused') {
      return this.core.stop(
        'profile_rolled_back',
        'Another copy of this device has sent messages. Sign in again as a new device.',
      );
    }
    if (FINAL_REFUSALS.includes(code)) {
      if (code === 'unknown_group') await leaveUnknown(this.core, this.groups, counter);
      const waited = await settle(this.core, counter, {
        code: 'message_refused',
        message: 'The server did not take this message. You can try again or delete it.',
      });
      if (!waited) return;
      await resubmit(this.core, counter - 1);
      this.sender.kick();
    } else this.#resubmitLater(counter);
  }

  #resubmitLater(counter: number): void {
    if (this.#timer !== undefined || this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#background(() => submitAgain(this.core, counter));
    }, PAUSE);
  }

  async #refresh(account: AccountId, number: number): Promise<void> {
    if (account === this.core.self.accountId) this.#devicesChanged();
    const pin = this.core.directory.get(account);
    if (pin !== undefined && pin.number >= number) return;
    await this.core.directory.refresh(account);
    this.sender.kick();
  }

  /** Soon, and once for all that a server tells within a moment. */
  #devicesChanged(): void {
    clearTimeout(this.#telling);
    if (!this.#closed) this.#telling = setTimeout(() => this.core.live.changed('devices'), PAUSE);
  }

  /** Joins the account's groups in which this device is not: those of people who are not blocked. */
  joinGroups(): Promise<void> {
    return this.groups.lock.run(() => joinOwnGroups(this.core, this.groups));
  }

  /** One after the other, so that this device does not contend with itself. */
  #syncContacts(newest?: number): Promise<void> {
    return this.#contacts.run(() => syncContacts(this.core, newest));
  }

  /**
   * The person has decided something of somebody: the account's other devices learn it when they can, and this one
   * enters what waited for that.
   */
  decided(): void {
    if (this.connection !== 'online') return;
    this.#background(async () => {
      await this.#syncContacts();
      if (await isToEnter(this.core)) await this.joinGroups();
    });
  }

  /** Follows what the directory has learnt; called while its records are locked. */
  pinned(pin: Pin, before: Pin | undefined): void {
    this.#background(() => this.#onPin(pin, before));
  }

  async #onPin(pin: Pin, before: Pin | undefined): Promise<void> {
    const { live, self, timeline } = this.core;
    live.changed('people', 'conversations', ...timeline.all().map(({ id }) => `conversation/${id}`));
    if (pin.accountId === self.accountId) return this.#onOwnPin(pin, before);
    if (before === undefined) await applyVerified(this.core, pin.accountId);
    else if (pin.verifiedTime !== before.verifiedTime) this.decided();
    if (pin.replacedBy !== null && before?.replacedBy === null && timeline.get(pin.accountId) !== undefined) {
      const text = `${nameFor(this.core, pin.accountId)} has new keys. If you did not expect this, ask them in another way.`;
      await timeline.change((change) => change.note(pin.accountId, this.core.now(), 'warning', text));
    }
  }

  async #onOwnPin(pin: Pin, before: Pin | undefined): Promise<void> {
    this.core.live.changed('devices', 'session');
    const listed = pin.devices.some(({ id, current }) => id === this.core.self.deviceId && current);
    if (!listed) {
      this.core.stop('device_removed', 'This device was removed from your account. Sign in again to use it.');
    } else if (before !== undefined && before.number < pin.number) {
      this.#background(async () => {
        await takeWorkingKeys(this.core, pin);
        await this.#syncContacts();
      });
    }
  }

  /** Runs what no caller waits for; what goes wrong shows as the device's problem, unless it passes by itself. */
  #background(task: () => Promise<void>): void {
    task().catch((error: unknown) => this.#trouble(error));
  }

  #trouble(error: unknown): void {
    if (this.#closed || hasCode(error, 'offline') || hasCode(error, 'too_many_requests')) return;
    if (hasCode(error, 'not_signed_in')) {
      this.#session.forget();
      return;
    }
    this.problem = problemOf(error);
    this.core.live.changed('session');
  }
}

/** A request whose token the server refuses is made once more with a fresh one. */
function withFreshToken(http: Http, session: ReturnType<typeof createDeviceSession>): Http {
  return {
    async request(route, body, token) {
      try {
        return await http.request(route, body, token);
      } catch (error) {
        if (route.auth !== 'device' || !hasCode(error, 'not_signed_in')) throw error;
        session.forget();
        return http.request(route, body, await session.token());
      }
    },
  };
}

function lazyEngine(platform: Platform, signingKey: SigningKey): () => Promise<MlsEngine> {
  let engine: Promise<MlsEngine> | undefined;
  return () => {
    engine ??= import('@sotto/protocol/mls-engine').then(({ createMlsEngine }) =>
      createMlsEngine(platform.random, signingKey),
    );
    return engine;
  };
}
