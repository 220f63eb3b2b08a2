import { expect, test, vi } from 'vitest';
import type { DeviceApi, Session } from '../api.ts';
import { connectWorker, portChannel, serveDevice } from './index.ts';

test('the browser is asked to keep the data once someone is signed in, and not before', async () => {
  let tell: (session: Session) => void = () => undefined;
  const device: DeviceApi = {
    call: (() => Promise.resolve('')) as DeviceApi['call'],
    watch(_query, _input, listener) {
      tell = listener as typeof tell;
      return () => {
        tell = () => undefined;
      };
    },
  };
  const { port1, port2 } = new MessageChannel();
  serveDevice(device, portChannel(port2));
  const persist = vi.fn(async () => false);
  const connected = connectWorker(port1, { persist });
  await connected.call('generatePassword');
  tell({ state: 'starting' });
  await connected.call('generatePassword');
  expect(persist).not.toHaveBeenCalled();
  tell({ state: 'signed-in' } as Session);
  await vi.waitFor(() => expect(persist).toHaveBeenCalledOnce());
  connected.disconnect();
  port1.close();
});
