/**
 * A program's way to the device of a profile. The first program holds the profile and is the device; others that come
 * meanwhile use it over its socket, and one of them takes its place when it ends. Watches go on by themselves;
 * a message that was under way goes to the next one, and other commands reject with `interrupted`.
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { hasCode, SottoError } from '@sotto/crypto/public';
import type { DeviceApi } from '../api.ts';
import { newMessageName } from '../message-name.ts';
import type { MakeDevice } from '../platform.ts';
import { problemOf } from '../problem.ts';
import { connectDevice } from '../rpc/connect.ts';
import { type FollowingDevice, followDevice } from '../rpc/following.ts';
import { stoppedDevice } from '../rpc/stopped.ts';
import type { Store } from '../store/store.ts';
import { profileInUse } from '../store/store-errors.ts';
import { joinSocket, serveSocket } from './device-socket.ts';
import { nodePlatform } from './platform.ts';
import type { SocketChannel } from './socket-channel.ts';
import { openSqliteStore } from './sqlite-store.ts';

export interface DeviceOptions {
  /** The directory of the profile; made where there is none. */
  readonly home: string;
  /** The server to sign up or in at. Where another program holds the profile, what that one was told counts. */
  readonly serverUrl?: string;
  readonly makeDevice: MakeDevice;
}

export interface OpenedDevice {
  readonly api: DeviceApi;
  /** Ends the device where this program holds it, or leaves it to the one that does. */
  close(): Promise<void>;
}

/** Between the end of one holder and the socket of the next, in milliseconds. */
const PAUSE = 25;
const TRIES = 200;

/**
 * Resolves when there is a device to talk to. Throws `profile_in_use` when another program holds the profile and does
 * not answer, the store's errors, and what `makeDevice` throws.
 */
export async function openDevice(options: DeviceOptions): Promise<OpenedDevice> {
  const access = new ProfileAccess(options);
  await access.open();
  return { api: access.api, close: () => access.close() };
}

class ProfileAccess {
  readonly #options: DeviceOptions;
  readonly #following: FollowingDevice = followDevice(newMessageName);
  #leave: () => Promise<void> = async () => undefined;
  #opening: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: DeviceOptions) {
    this.#options = options;
  }

  get api(): DeviceApi {
    return this.#following.api;
  }

  open(): Promise<void> {
    this.#opening = this.#holdOrJoin();
    return this.#opening;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#opening.catch(() => undefined);
    await this.#leave();
    this.#following.end();
  }

  async #holdOrJoin(): Promise<void> {
    for (let tries = 0; tries < TRIES && !this.#closed; tries++) {
      const store = this.#tryToHold();
      if (store !== undefined) return this.#hold(store);
      const channel = await joinSocket(this.#options.home);
      if (channel === 'other version') throw otherVersion();
      if (channel !== undefined) return this.#join(channel);
      await pause(PAUSE);
    }
    throw profileInUse();
  }

  #tryToHold(): Store | undefined {
    try {
      return openSqliteStore(join(this.#options.home, 'store.db'));
    } catch (error) {
      if (hasCode(error, 'profile_in_use')) return undefined;
      throw error;
    }
  }

  async #hold(store: Store): Promise<void> {
    const { home, serverUrl, makeDevice } = this.#options;
    let stopServing = async (): Promise<void> => undefined;
    try {
      stopServing = await serveSocket(home, this.#following.api);
      const device = await makeDevice(nodePlatform(home, store, serverUrl ?? null));
      this.#following.follow(device);
      this.#leave = async () => {
        await stopServing();
        await device.close();
        await store.close();
      };
    } catch (error) {
      await stopServing();
      await store.close();
      throw error;
    }
  }

  #join(channel: SocketChannel): void {
    this.#leave = async () => channel.close();
    this.#following.follow(connectDevice(channel));
    void channel.closed.then(() => this.#takeOver());
  }

  /** The holder has ended: this program takes its place, or joins the one that was faster. */
  async #takeOver(): Promise<void> {
    this.#following.lose();
    if (this.#closed) return;
    this.#leave = async () => undefined;
    await this.open().catch((error) => this.#following.follow(stoppedDevice(problemOf(error))));
  }
}

function otherVersion(): SottoError {
  return new SottoError(
    'version_unsupported',
    'Another program of another version uses this profile. Close it and try again.',
  );
}
