/**
 * A hostile server: it sits between real clients and a real server on loopback and can rewrite, drop, replay, reorder,
 * delay and invent whatever passes, by rules. Without rules it only records. It has no key that a real server lacks.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AnyRoute, ClientFrame, ServerFrame } from '@sotto/contract';
import { WebSocketServer } from 'ws';
import { Link } from './link.ts';
import { allBytes, newTraffic, type Traffic } from './record.ts';
import { type AnswerRule, type FrameRule, LOST, Reply, type RequestRule, Rules } from './rules.ts';

export interface HostileServer {
  /** What clients are told to connect to. */
  readonly url: string;
  readonly traffic: Traffic;
  /** Open WebSockets, oldest first. */
  readonly links: readonly Link[];
  /** Each `on…` adds a rule and returns what takes it away again. */
  onRequest<R extends AnyRoute>(route: R, rule: RequestRule<R>): () => void;
  onAnswer<R extends AnyRoute>(route: R, rule: AnswerRule<R>): () => void;
  onServerFrame(rule: FrameRule<ServerFrame>): () => void;
  onClientFrame(rule: FrameRule<ClientFrame>): () => void;
  /** Takes away all rules. */
  behave(): void;
  /** Breaks every WebSocket. */
  cut(): void;
  /** Everything that passed, as bytes. */
  passed(): readonly Uint8Array[];
  /** Forgets what has passed. */
  forget(): void;
  close(): Promise<void>;
}

/** @param target the real server's address; it may come and go */
export async function startHostileServer(target: string): Promise<HostileServer> {
  const rules = new Rules();
  const traffic = newTraffic();
  const links: Link[] = [];
  const server = createServer((request, response) => {
    exchange(target, rules, traffic, request, response).catch(() => request.socket.destroy());
  });
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  server.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (client) => {
      const link = new Link(client, `${target.replace(/^http/, 'ws')}${request.url ?? ''}`, rules, traffic);
      links.push(link);
      client.on('close', () => links.splice(links.indexOf(link), 1));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const cut = () => {
    for (const link of [...links]) link.cut();
  };
  return {
    url: `http://127.0.0.1:${port}`,
    traffic,
    links,
    onRequest: (route, rule) => rules.add('request', route, rule),
    onAnswer: (route, rule) => rules.add('answer', route, rule),
    onServerFrame: (rule) => rules.addServerFrame(rule),
    onClientFrame: (rule) => rules.addClientFrame(rule),
    behave: () => rules.clear(),
    cut,
    passed: () => allBytes(traffic),
    forget() {
      for (const list of Object.values(traffic)) list.length = 0;
    },
    async close() {
      cut();
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function exchange(
  target: string,
  rules: Rules,
  traffic: Traffic,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { method = 'GET', url: path = '/' } = incoming;
  const request = await textOf(incoming);
  const authorization = incoming.headers.authorization ?? null;
  const reply = await answerTo(target, rules, { method, path, request, authorization });
  const answer = reply === LOST ? '' : JSON.stringify(reply.value);
  const status = reply === LOST ? null : reply.status;
  traffic.exchanges.push({ method, path, authorization, request, status, answer });
  if (status === null) incoming.socket.destroy();
  else outgoing.writeHead(status, { 'content-type': 'application/json' }).end(answer);
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly request: string;
  readonly authorization: string | null;
}

async function answerTo(target: string, rules: Rules, asked: Asked): Promise<Reply | typeof LOST> {
  const { method, path, request } = asked;
  const body: unknown = request === '' ? {} : JSON.parse(request);
  const forwarded = await rules.apply('request', method, path, body, body);
  if (forwarded === LOST || forwarded instanceof Reply) return forwarded;
  const real = await askServer(target, asked, request === '' ? undefined : JSON.stringify(forwarded));
  if (real === LOST || real.status !== 200) return real;
  const answer = await rules.apply('answer', method, path, real.value, body);
  return answer === LOST || answer instanceof Reply ? answer : new Reply(200, answer);
}

async function askServer(
  target: string,
  { method, path, authorization }: Asked,
  body: string | undefined,
): Promise<Reply | typeof LOST> {
  try {
    const response = await fetch(target + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(authorization === null ? {} : { authorization }),
      },
      ...(body === undefined ? {} : { body }),
    });
    return new Reply(response.status, await response.json());
  } catch {
    return LOST;
  }
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
