/**
 * Real people for the server's tests: accounts with real keys and real OPAQUE over HTTP and the WebSocket. Their groups
 * are in groups.ts; what they say in them is random bytes: the server cannot tell.
 */
import {
  type AnswerOf,
  type AnyRoute,
  type BodyOf,
  type ClientFrame,
  decodeServerFrame,
  type Entry,
  encodeClientFrame,
  identity,
  PROTOCOL_VERSION,
  type ServerFrame,
  type StreamId,
} from '@sotto/contract';
import {
  type Bytes,
  fromBase64Url,
  hpkeKeyPairFromSeed,
  type SigningKey,
  sign,
  signingKeyFromSeed,
  systemRandom,
  toBase64Url,
} from '@sotto/crypto';
import {
  type AccountId,
  type Address,
  type DeviceId,
  newAccount,
  newAccountId,
  newId,
  type OpenAccount,
  parseAddress,
  publication,
  readSignedState,
  SIGNATURE,
  type SlotId,
  sessionStatement,
  slotKeys,
  slotStatement,
  withDevice,
  withSlot,
} from '@sotto/protocol';
import * as opaque from '../src/identity/testing-opaque.ts';

const DOMAIN = 'localhost';
export const PASSWORD = 'correct horse battery staple tractor';

export interface Answered {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

/** Any request; the answer as it came. */
export async function request(
  url: string,
  method: string,
  path: string,
  options: {
    token?: string;
    body?: unknown;
    raw?: string | Uint8Array<ArrayBuffer>;
    headers?: Record<string, string>;
  } = {},
): Promise<Answered> {
  const { token, body, raw } = options;
  const json = body !== undefined || raw !== undefined;
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(json ? { 'content-type': 'application/json' } : {}),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...options.headers,
    },
    ...(json ? { body: raw ?? JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers };
}

/** A route of the contract; throws unless the answer is 200 and what the route promises. */
export async function call<R extends AnyRoute>(
  url: string,
  route: R,
  body: BodyOf<R>,
  token?: string,
): Promise<AnswerOf<R>> {
  const sent = route.method === 'GET' ? {} : { body };
  const answer = await request(url, route.method, route.path, {
    ...sent,
    ...(token === undefined ? {} : { token }),
  });
  if (answer.status !== 200)
    throw new Error(`${route.path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return route.answer.parse(answer.body) as AnswerOf<R>;
}

export interface TestDevice {
  readonly id: DeviceId;
  readonly key: SigningKey;
  /** Of the signing key. */
  readonly seed: Bytes;
  readonly encryptionKey: Bytes;
}

export interface Person {
  readonly url: string;
  readonly name: string;
  readonly address: Address;
  readonly accountId: AccountId;
  readonly passwordSlot: SlotId;
  readonly recoverySlot: SlotId;
  readonly recoveryKey: SigningKey;
  readonly password: string;
  account: OpenAccount;
}

export async function newDevice(): Promise<TestDevice> {
  const seed = systemRandom(32);
  const key = await signingKeyFromSeed(seed);
  const { publicKey } = await hpkeKeyPairFromSeed(systemRandom(32));
  return { id: newId<DeviceId>(systemRandom), key, seed, encryptionKey: publicKey };
}

/** Everything that createAccount takes, unsent. */
export async function prepareAccount(url: string, name: string, device: TestDevice, invite?: string) {
  await opaque.ready;
  const accountId = newAccountId(systemRandom);
  const address = parseAddress(`${name}@${DOMAIN}`) as Address;
  const start = opaque.client.startRegistration({ password: PASSWORD });
  const invited = invite === undefined ? {} : { invite };
  const { registrationResponse } = await call(url, identity.beginAccount, {
    accountId,
    name,
    ...invited,
    registrationRequest: start.registrationRequest,
  });
  const finish = opaque.client.finishRegistration({
    password: PASSWORD,
    registrationResponse,
    clientRegistrationState: start.clientRegistrationState,
  });
  const passwordSlot = newId<SlotId>(systemRandom);
  const recoverySlot = newId<SlotId>(systemRandom);
  const passwordKeys = await slotKeys(fromBase64Url(finish.exportKey) as Bytes);
  const recoveryKeys = await slotKeys(systemRandom(32));
  let account = newAccount(accountId, address, systemRandom);
  account = await withSlot(account, { id: passwordSlot, kind: 'password', keys: passwordKeys }, systemRandom);
  account = await withSlot(account, { id: recoverySlot, kind: 'recovery', keys: recoveryKeys }, systemRandom);
  account = withDevice(account, {
    id: device.id,
    key: device.key.publicKey,
    suites: [0xf042],
    encryptionKey: device.encryptionKey,
  });
  const made = await publication(account, systemRandom);
  const body: BodyOf<typeof identity.createAccount> = {
    accountId,
    name,
    ...invited,
    state: toBase64Url(made.state),
    keyring: toBase64Url(made.keyring),
    slots: [
      { kind: 'password', id: passwordSlot, record: finish.registrationRecord },
      { kind: 'recovery', id: recoverySlot, signInKey: toBase64Url(recoveryKeys.signIn.publicKey) },
    ],
  };
  const state = await readSignedState(made.state);
  const person: Person = {
    url,
    name,
    address,
    accountId,
    passwordSlot,
    recoverySlot,
    recoveryKey: recoveryKeys.signIn,
    password: PASSWORD,
    account: { ...account, state: state ?? null },
  };
  return { body, person };
}

export async function signUp(
  url: string,
  name: string,
  device: TestDevice,
  invite?: string,
): Promise<Person> {
  const { body, person } = await prepareAccount(url, name, device, invite);
  await call(url, identity.createAccount, body);
  return person;
}

/** The slot token; throws as the server answers, or 'wrong password' where OPAQUE says so on this side. */
export async function signIn(url: string, name: string, password: string): Promise<string> {
  await opaque.ready;
  const start = opaque.client.startLogin({ password });
  const first = await call(url, identity.startPasswordSignIn, { name, request: start.startLoginRequest });
  const finish = opaque.client.finishLogin({
    password,
    clientLoginState: start.clientLoginState,
    loginResponse: first.response,
  });
  if (finish === undefined) throw new Error('wrong password');
  const { token } = await call(url, identity.finishPasswordSignIn, {
    attempt: first.attempt,
    finish: finish.finishLoginRequest,
  });
  return token;
}

export async function recover(person: Person): Promise<string> {
  const { attempt, challenge } = await call(person.url, identity.startRecoverySignIn, { name: person.name });
  const statement = slotStatement(DOMAIN, person.name, fromBase64Url(challenge) as Bytes);
  const signature = toBase64Url(await sign(person.recoveryKey, SIGNATURE.slotSignIn, statement));
  return (await call(person.url, identity.finishRecoverySignIn, { attempt, signature })).token;
}

export async function openSession(url: string, accountId: AccountId, device: TestDevice): Promise<string> {
  const { attempt, challenge } = await call(url, identity.challengeDevice, {
    accountId,
    deviceId: device.id,
  });
  const statement = sessionStatement(DOMAIN, accountId, device.id, fromBase64Url(challenge) as Bytes);
  const signature = toBase64Url(await sign(device.key, SIGNATURE.deviceSession, statement));
  return (await call(url, identity.openSession, { attempt, signature })).token;
}

/** Publishes the account as `change` makes it. */
export async function publish(
  person: Person,
  slotToken: string,
  change: (account: OpenAccount) => OpenAccount | Promise<OpenAccount>,
): Promise<void> {
  const account = await change(person.account);
  const made = await publication(account, systemRandom);
  await call(
    person.url,
    identity.publishState,
    {
      state: toBase64Url(made.state),
      keyring: toBase64Url(made.keyring),
      slots: [],
      keep: [person.passwordSlot, person.recoverySlot],
    },
    slotToken,
  );
  person.account = { ...account, state: (await readSignedState(made.state)) ?? null };
}

export function asAccountDevice(device: TestDevice) {
  return { id: device.id, key: device.key.publicKey, suites: [0xf042], encryptionKey: device.encryptionKey };
}

/** A person with one device that is signed in. */
export async function join(url: string, name: string) {
  const device = await newDevice();
  const person = await signUp(url, name, device);
  return { person, device, token: await openSession(url, person.accountId, device) };
}

export type Joined = Awaited<ReturnType<typeof join>>;

/** One more device of a person, signed in. */
export async function addDevice(person: Person): Promise<{ device: TestDevice; token: string }> {
  const device = await newDevice();
  const slotToken = await signIn(person.url, person.name, person.password);
  await publish(person, slotToken, (account) => withDevice(account, asAccountDevice(device)));
  return { device, token: await openSession(person.url, person.accountId, device) };
}

export function randomField(length: number): string {
  return toBase64Url(systemRandom(length));
}

/** A connection that keeps all frames and can be asked to wait for one. */
export class TestSocket {
  readonly frames: ServerFrame[] = [];
  readonly entries = new Map<StreamId, Entry[]>();
  readonly closed: Promise<void>;
  readonly #socket: WebSocket;
  readonly #waiting: (() => void)[] = [];

  constructor(url: string) {
    this.#socket = new WebSocket(`${url.replace(/^http/, 'ws')}/api/v1/socket`);
    this.#socket.binaryType = 'arraybuffer';
    this.closed = new Promise((resolve) => this.#socket.addEventListener('close', () => resolve()));
    this.#socket.addEventListener('message', ({ data }) => {
      const frame = decodeServerFrame(new Uint8Array(data as ArrayBuffer));
      if (frame === undefined) throw new Error('the server sent a malformed frame');
      this.frames.push(frame);
      if (frame.type === 'entries') {
        this.entries.set(frame.stream, [...(this.entries.get(frame.stream) ?? []), ...frame.entries]);
      }
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  static async connect(url: string, token: string): Promise<TestSocket> {
    const socket = new TestSocket(url);
    await socket.opened();
    socket.send({ type: 'hello', protocol: PROTOCOL_VERSION, token });
    await socket.until((frame) => frame.type === 'ready' || frame.type === 'closing');
    return socket;
  }

  async opened(): Promise<void> {
    if (this.#socket.readyState === WebSocket.OPEN) return;
    await new Promise<void>((resolve, reject) => {
      this.#socket.addEventListener('open', () => resolve());
      this.#socket.addEventListener('error', () => reject(new Error('no connection')));
    });
  }

  send(frame: ClientFrame): void {
    this.#socket.send(encodeClientFrame(frame));
  }

  sendRaw(bytes: Uint8Array<ArrayBuffer> | string): void {
    this.#socket.send(bytes);
  }

  submit(counter: number, stream: StreamId, bytes: Bytes): void {
    this.send({ type: 'submit', counter, stream, bytes });
  }

  acknowledge(stream: StreamId, number: number): void {
    this.send({ type: 'acknowledge', stream, number });
  }

  /** The first frame, past or to come, for which it is true. */
  async until<F extends ServerFrame>(is: (frame: ServerFrame) => boolean): Promise<F> {
    for (;;) {
      const found = this.frames.find(is);
      if (found !== undefined) return found as F;
      await new Promise<void>((resolve, reject) => {
        this.#waiting.push(resolve);
        void this.closed.then(() => reject(new Error('the connection ended')));
      });
    }
  }

  /** Waits for an entry of that number in a stream. */
  async entry(stream: StreamId, number: number): Promise<Entry> {
    await this.until(() => this.entries.get(stream)?.some((entry) => entry.number === number) === true);
    const found = this.entries.get(stream)?.find((entry) => entry.number === number);
    if (found === undefined) throw new Error('no such entry');
    return found;
  }

  close(): Promise<void> {
    this.#socket.close();
    return this.closed;
  }
}
