/** An open profile as commands use it: the device's commands, and live queries to wait on. */
import type { DeviceApi, Problem, Queries, ServerInfo, Session } from '@sotto/client/api';
import { problemOf } from '@sotto/client/rpc';
import { Failure } from './problems.ts';
import { readSecret } from './secrets.ts';
import type { Terminal } from './terminal.ts';

/** How long a value may take to come. */
const PATIENCE = 30_000;
/** How long a server may take to show its certificate. */
const CERTIFICATE_PATIENCE = 5_000;

export type SignedInSession = Extract<Session, { state: 'signed-in' }>;
type Value<Q extends keyof Queries> = Queries[Q]['value'];

export class OpenProfile {
  readonly call: DeviceApi['call'];
  readonly watch: DeviceApi['watch'];
  /** Address of the server that it belongs to. */
  readonly server: string;
  /** How this program was called, to begin a hint with. */
  readonly command: string;

  constructor(device: DeviceApi, server: string, command: string) {
    this.call = device.call.bind(device);
    this.watch = device.watch.bind(device);
    this.server = server;
    this.command = command;
  }

  /** The present value of a live query. */
  value<Q extends keyof Queries>(query: Q, input: Queries[Q]['input']): Promise<Value<Q>> {
    return this.until(query, input, () => true);
  }

  /** The first value that `wanted` takes. Throws `no_answer` when it does not come, or `signal` aborts. */
  until<Q extends keyof Queries>(
    query: Q,
    input: Queries[Q]['input'],
    wanted: (value: Value<Q>) => boolean,
    signal?: AbortSignal,
  ): Promise<Value<Q>> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', giveUp);
        stop();
      };
      const giveUp = (): void => {
        end();
        reject(new Failure('no_answer', 'Sotto on this device did not answer in time. Try again.'));
      };
      const timer = setTimeout(giveUp, PATIENCE);
      signal?.addEventListener('abort', giveUp);
      const stop = this.watch(query, input, (value) => {
        if (!wanted(value)) return;
        end();
        resolve(value);
      });
    });
  }

  /** Throws where nobody is signed in or the profile cannot be used; asks for the password where it is locked. */
  async signedIn(terminal: Terminal): Promise<SignedInSession> {
    const session = await this.until('session', null, ({ state }) => state !== 'starting');
    switch (session.state) {
      case 'signed-in':
        return session;
      case 'stopped':
        throw failureOf(session.problem);
      case 'locked': {
        const question = `Password of ${session.address}: `;
        const password = await readSecret(terminal, { what: 'password', question });
        await this.call('unlock', { password });
        return this.signedIn(terminal);
      }
      default:
        throw new Failure(
          'not_signed_in',
          `Nobody is signed in here. Begin with ${this.command} signup ADDRESS, or signin ADDRESS.`,
        );
    }
  }

  /** What the server says of itself, where nobody is signed in. Throws `signed_in_already` or `offline`. */
  async serverInfo(): Promise<ServerInfo> {
    const session = await this.until('session', null, (value) =>
      value.state === 'signed-out'
        ? value.server !== null || value.notice !== null
        : value.state !== 'starting',
    );
    if (session.state === 'stopped') throw failureOf(session.problem);
    if (session.state !== 'signed-out') {
      throw new Failure(
        'signed_in_already',
        'Somebody is signed in here already. Use another --home, or sign out.',
      );
    }
    const { server, notice } = session;
    if (server !== null) return server;
    throw notice === null || notice.code === 'offline' ? await this.unreachable() : failureOf(notice);
  }

  /** The session once it is known whether the server can be reached. */
  async connected(): Promise<SignedInSession> {
    const session = await this.until('session', null, (value) =>
      value.state === 'signed-in' ? value.connection !== 'connecting' : value.state !== 'starting',
    );
    if (session.state === 'stopped') throw failureOf(session.problem);
    if (session.state !== 'signed-in')
      throw new Failure('not_signed_in', 'Nobody is signed in here any more.');
    return session;
  }

  /** Throws `offline`. */
  async online(): Promise<SignedInSession> {
    const session = await this.connected();
    if (session.connection !== 'online') throw await this.unreachable();
    return session;
  }

  /** Resolves when what waited at the server has come in and what waited here is out, or there is no connection. */
  async caughtUp(): Promise<void> {
    const { connection } = await this.connected();
    if (connection !== 'online') return;
    const { promise: impatience, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, PATIENCE);
    try {
      await Promise.race([this.call('catchUp'), impatience]);
    } catch (error) {
      if (problemOf(error).code !== 'offline') throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Why there is no connection, as far as asking once more tells. */
  async unreachable(): Promise<Failure> {
    const fault = await certificateFault(this.server);
    if (fault === undefined) return new Failure('offline', `The server at ${this.server} cannot be reached.`);
    return new Failure(
      'offline',
      `The certificate of the server at ${this.server} is not trusted here (${fault}). Where your own authority signed it, name the file of that authority: NODE_EXTRA_CA_CERTS=ca.pem`,
    );
  }
}

/** What Node has against the certificate of a server, by its name for it; undefined where it is not that. */
async function certificateFault(server: string): Promise<string | undefined> {
  if (!server.startsWith('https:')) return undefined;
  try {
    await fetch(server, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(CERTIFICATE_PATIENCE),
    });
    return undefined;
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    return /CERT|SELF_SIGNED|VERIFY/.test(code) ? code : undefined;
  }
}

function failureOf({ code, message }: Problem): Failure {
  return new Failure(code, message);
}
