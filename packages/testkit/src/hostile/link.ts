/** One WebSocket through the hostile server: the client's end, the real server's end, and the rules between. */
import {
  type ClientFrame,
  decodeClientFrame,
  decodeServerFrame,
  encodeClientFrame,
  encodeServerFrame,
  type ServerFrame,
} from '@sotto/contract';
import { copyBytes } from '@sotto/crypto/public';
import type { RawData } from 'ws';
import { WebSocket } from 'ws';
import type { Traffic } from './record.ts';
import { type Rules, runFrame } from './rules.ts';

export class Link {
  readonly #client: WebSocket;
  readonly #server: WebSocket;
  readonly #rules: Rules;
  readonly #traffic: Traffic;
  readonly #early: Uint8Array[] = [];

  constructor(client: WebSocket, target: string, rules: Rules, traffic: Traffic) {
    this.#client = client;
    this.#rules = rules;
    this.#traffic = traffic;
    this.#server = new WebSocket(target, { perMessageDeflate: false });
    client.on('message', (data) => this.#fromClient(bytesOf(data)));
    this.#server.on('message', (data) => this.#fromServer(bytesOf(data)));
    this.#server.on('open', () => {
      for (const bytes of this.#early.splice(0)) this.#server.send(bytes);
    });
    for (const end of [client, this.#server]) {
      end.on('error', () => this.cut());
      end.on('close', () => this.cut());
    }
  }

  /** Sends to the client what no server said. */
  toClient(out: ServerFrame | Uint8Array): void {
    const bytes = out instanceof Uint8Array ? out : encodeServerFrame(out);
    this.#traffic.serverBytes.push(copyBytes(bytes));
    if (this.#client.readyState === WebSocket.OPEN) this.#client.send(bytes);
  }

  /** Sends to the server what no client said. */
  toServer(out: ClientFrame | Uint8Array): void {
    const bytes = out instanceof Uint8Array ? out : encodeClientFrame(out);
    if (this.#server.readyState === WebSocket.OPEN) this.#server.send(bytes);
    else this.#early.push(bytes);
  }

  cut(): void {
    this.#client.terminate();
    this.#server.terminate();
  }

  #fromClient(bytes: Uint8Array): void {
    const frame = decodeClientFrame(bytes);
    this.#traffic.clientBytes.push(bytes);
    if (frame === undefined) {
      this.toServer(bytes);
      return;
    }
    this.#traffic.clientFrames.push(frame);
    runFrame(this.#rules.clientFrames, frame, this, (out) => this.toServer(out));
  }

  #fromServer(bytes: Uint8Array): void {
    const frame = decodeServerFrame(bytes);
    if (frame === undefined) {
      this.toClient(bytes);
      return;
    }
    this.#traffic.serverFrames.push(frame);
    runFrame(this.#rules.serverFrames, frame, this, (out) => this.toClient(out));
  }
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return copyBytes(Buffer.concat(data));
  return copyBytes(data instanceof ArrayBuffer ? new Uint8Array(data) : data);
}
