/** Starts this tab's worker and speaks with the device in it. The page sees commands and values, never a key. */
import type { DeviceApi } from '@sotto/client/api';
import { connectWorker } from '@sotto/client/rpc';
import { DEVICE_WORKER_URL, trustedWorkerUrl } from './ui/trusted-urls.ts';

export function startDevice(): DeviceApi {
  const worker = new Worker(trustedWorkerUrl(DEVICE_WORKER_URL), { type: 'module', name: 'sotto-device' });
  return connectWorker(worker, navigator.storage);
}
