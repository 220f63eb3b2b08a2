/**
 * Messages of 1 KiB, written durably and pushed to the receiving device, against a bare WebSocket echo of the same
 * bytes on the same machine: 64 under way, the two in turn, the median of the ratios.
 */
import { fileURLToPath } from 'node:url';
import {
  type ClientFrame,
  decodeServerFrame,
  encodeClientFrame,
  PROTOCOL_VERSION,
  type ServerFrame,
} from '@sotto/contract';
import { systemRandom } from '@sotto/crypto';
import type { GroupId } from '@sotto/protocol';
import WebSocket from 'ws';
import { median, record } from '../results.ts';
import { startProcess, startServerProcess } from '../server-process.ts';
import { makePair } from './pair.ts';

const MESSAGES = 20_000;
const ROUNDS = 15;
const IN_FLIGHT = 64;
const payload = systemRandom(1024);

const echo = await startProcess([fileURLToPath(new URL('./echo.ts', import.meta.url))], /(ws:\/\/\S+)/);
const server = await startServerProcess();
try {
  const pair = await makePair(server.url);
  const socketUrl = `${server.url.replace('http', 'ws')}/api/v1/socket`;
  const sender = await connect(socketUrl, pair.tokens[0]);
  const receiver = await connect(socketUrl, pair.tokens[1]);
  const bare = new WebSocket(echo.url, { perMessageDeflate: false });
  await new Promise((resolve) => bare.once('open', resolve));
  await relay(sender, receiver, pair.group as GroupId, 2_000);
  await echoed(bare, 2_000);
  const rates: { ours: number; bare: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const ours = await relay(sender, receiver, pair.group as GroupId, MESSAGES);
    rates.push({ ours, bare: await echoed(bare, MESSAGES) });
  }
  const ratios = rates.map(({ ours, bare: other }) => ours / other);
  record('Messages through the server', 'npm run bench -- relay', [
    [
      'durable and pushed, 1 KiB, 64 under way',
      `${Math.round(median(rates.map(({ ours }) => ours)))} a second`,
    ],
    ['bare WebSocket echo of the same', `${Math.round(median(rates.map((rate) => rate.bare)))} a second`],
    ['ratio, median of the rounds (at least 0.30)', median(ratios).toFixed(2)],
    ['ratio, lowest and highest', `${Math.min(...ratios).toFixed(2)} – ${Math.max(...ratios).toFixed(2)}`],
  ]);
  sender.socket.close();
  receiver.socket.close();
  bare.close();
} finally {
  await Promise.all([echo.stop(), server.stop()]);
}

interface Client {
  readonly socket: WebSocket;
  counter: number;
  onFrame: (frame: ServerFrame) => void;
}

async function connect(url: string, token: string): Promise<Client> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  const client: Client = { socket, counter: 0, onFrame: () => undefined };
  await new Promise((resolve) => socket.once('open', resolve));
  const ready = new Promise<void>((resolve) => {
    client.onFrame = (frame) => {
      if (frame.type !== 'ready') return;
      client.counter = frame.counter;
      resolve();
    };
  });
  socket.on('message', (data: Buffer) => {
    const frame = decodeServerFrame(data);
    if (frame === undefined || frame.type === 'refused' || frame.type === 'closing')
      throw new Error(JSON.stringify(frame));
    client.onFrame(frame);
  });
  send(client, { type: 'hello', protocol: PROTOCOL_VERSION, token });
  await ready;
  return client;
}

function send(client: Client, frame: ClientFrame): void {
  client.socket.send(encodeClientFrame(frame));
}

/** Messages a second from the first submission until the receiver has the last. */
function relay(sender: Client, receiver: Client, stream: GroupId, count: number): Promise<number> {
  const start = performance.now();
  const last = sender.counter + count;
  let underWay = 0;
  return new Promise((resolve) => {
    const fill = (): void => {
      while (underWay < IN_FLIGHT && sender.counter < last) {
        underWay++;
        send(sender, { type: 'submit', counter: ++sender.counter, stream, bytes: payload });
      }
    };
    sender.onFrame = (frame) => {
      if (frame.type !== 'entries' || frame.stream !== stream) return;
      underWay -= frame.entries.filter(({ bytes }) => bytes === null).length;
      acknowledge(sender, frame);
      fill();
    };
    receiver.onFrame = (frame) => {
      if (frame.type !== 'entries' || frame.stream !== stream) return;
      acknowledge(receiver, frame);
      if (frame.entries.at(-1)?.counter === last) resolve((1000 * count) / (performance.now() - start));
    };
    fill();
  });
}

function acknowledge(client: Client, frame: Extract<ServerFrame, { type: 'entries' }>): void {
  const number = frame.entries.at(-1)?.number;
  if (number !== undefined) send(client, { type: 'acknowledge', stream: frame.stream, number });
}

function echoed(socket: WebSocket, count: number): Promise<number> {
  const start = performance.now();
  let sent = 0;
  let back = 0;
  return new Promise((resolve) => {
    const onMessage = (): void => {
      back++;
      if (sent < count) {
        sent++;
        socket.send(payload);
      }
      if (back < count) return;
      socket.off('message', onMessage);
      resolve((1000 * count) / (performance.now() - start));
    };
    socket.on('message', onMessage);
    while (sent < Math.min(IN_FLIGHT, count)) {
      sent++;
      socket.send(payload);
    }
  });
}
