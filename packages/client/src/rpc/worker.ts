/** The page's side of a device that runs in a worker. */
import { type ConnectedDevice, connectDevice } from './connect.ts';
import { type PortLike, portChannel } from './port.ts';

/** The part of `navigator.storage` that only a page has. */
export interface PersistentStorage {
  persist?(): Promise<boolean>;
}

/**
 * The device behind `worker`. Once someone is signed in, the browser is asked not to remove what is kept here; whether
 * it agrees is its own affair.
 */
export function connectWorker(worker: PortLike, storage: PersistentStorage | undefined): ConnectedDevice {
  const device = connectDevice(portChannel(worker));
  const stop = device.watch('session', null, ({ state }) => {
    if (state !== 'signed-in') return;
    stop();
    void storage?.persist?.().catch(() => false);
  });
  return device;
}
