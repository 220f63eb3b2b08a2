import { expect, it } from 'vitest';
import { Connection } from './connection.ts';

type Socket = ConstructorParameters<typeof Connection>[0];
type Caller = ConstructorParameters<typeof Connection>[1];

/** A socket whose other end reads, or does not. */
function connect(reads: boolean) {
  const socket = {
    OPEN: 1,
    readyState: 1,
    bufferedAmount: 0,
    sent: 0,
    send(frame: Uint8Array) {
      this.sent += 1;
      if (!reads) this.bufferedAmount += frame.length;
    },
    terminate() {
      this.readyState = 3;
    },
  };
  const caller = { device: 'AAAAAAAAAAAAAAAAAAAAAA' } as Caller;
  return { socket, connection: new Connection(socket as unknown as Socket, caller, () => undefined) };
}

const REPLY = new Uint8Array(1_024);
const FLOOD = 100_000;

it('[X4] replies to one who never reads end the connection, not the memory', () => {
  const { socket, connection } = connect(false);
  for (let i = 0; i < FLOOD; i++) connection.sendBytes(REPLY);
  expect(socket.bufferedAmount).toBeLessThan(5 * 1_048_576);
  expect(connection.open).toBe(false);
});

it('[X4] one who reads gets them all (control)', () => {
  const { socket, connection } = connect(true);
  for (let i = 0; i < FLOOD; i++) connection.sendBytes(REPLY);
  expect([socket.sent, connection.open]).toEqual([FLOOD, true]);
});
