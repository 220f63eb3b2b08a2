/** A device that dies between the encryption of a message and its submission: `crash-device HOME URL CONVERSATION TEXT`. */
import { decodeClientFrame } from '@sotto/contract';
import type { Bytes } from '@sotto/crypto';
import { openTestDevice } from '@sotto/testkit';

const [home = '', url = '', conversation = '', text = ''] = process.argv.slice(2);

const device = await openTestDevice(url, {
  home,
  platform: {
    openSocket(address) {
      const socket = new WebSocket(address);
      const send = socket.send.bind(socket);
      return Object.assign(socket, {
        send(data: Bytes) {
          if (decodeClientFrame(data)?.type === 'submit') process.kill(process.pid, 'SIGKILL');
          send(data);
        },
      });
    },
  },
});
await device.call('send', { conversation, text });
