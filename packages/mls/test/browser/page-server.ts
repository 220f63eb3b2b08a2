/**
 * A page on a loopback port that loads the engine's sources as they are: types stripped as Node strips them, and an
 * import map in place of Node's resolution. No bundler stands between the sources and the browser.
 */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
// biome-ignore lint/style/noRestrictedImports: it strips types and imports nothing.
import { stripTypeScriptTypes } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join, normalize, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Fields } from '../../vectors/fields.ts';
import type { PageReport } from './report.ts';

const PACKAGE = resolve(import.meta.dirname, '../..');
/** A file of each dependency, from which its folder is found. */
const NOBLE = {
  ciphers: 'aes.js',
  curves: 'ed25519.js',
  hashes: 'sha2.js',
  'post-quantum': 'ml-kem.js',
} as const;
const FOLDERS = new Map([
  ['mls', PACKAGE],
  ...Object.entries(NOBLE).map(
    ([name, file]) => [name, dirname(fileURLToPath(import.meta.resolve(`@noble/${name}/${file}`)))] as const,
  ),
]);
const IMPORTS = Object.fromEntries(Object.keys(NOBLE).map((name) => [`@noble/${name}/`, `/code/${name}/`]));
const PAGE = `<!doctype html><meta charset="utf-8"><title>@sotto/mls</title>
<script type="importmap">${JSON.stringify({ imports: IMPORTS })}</script>
<script type="module" src="/code/mls/test/browser/page.ts"></script>`;

export interface PageServer {
  readonly url: string;
  readonly report: Promise<PageReport>;
  close(): void;
}

/** @param vectors texts of vector files by name */
export async function servePage(vectors: ReadonlyMap<string, string>): Promise<PageServer> {
  const { promise: report, resolve: receive, reject } = Promise.withResolvers<PageReport>();
  const server = createServer((request, response) => {
    if (request.method === 'POST') {
      readBody(request)
        .then((text) => receive(parseReport(text)))
        .catch(reject);
      response.end();
    } else answer(request.url ?? '/', vectors, response);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, report, close: () => server.close() };
}

function answer(path: string, vectors: ReadonlyMap<string, string>, response: ServerResponse): void {
  const [, kind = '', name = '', ...rest] = path.split('/');
  if (kind === '') send(response, 'text/html', PAGE);
  else if (kind === 'vectors' && name === '')
    send(response, 'application/json', JSON.stringify({ files: [...vectors.keys()] }));
  else if (kind === 'vectors') send(response, 'application/json', vectors.get(name));
  else if (kind === 'code') send(response, 'text/javascript', script(FOLDERS.get(name), rest.join('/')));
  else send(response, 'text/plain', undefined);
}

function send(response: ServerResponse, type: string, body: string | undefined): void {
  response.writeHead(body === undefined ? 404 : 200, { 'content-type': `${type}; charset=utf-8` });
  response.end(body);
}

/** The text of a script below a folder; `undefined` for what is not there. */
function script(folder: string | undefined, name: string): string | undefined {
  if (folder === undefined) return undefined;
  const path = normalize(join(folder, name));
  if (!path.startsWith(folder + sep)) return undefined;
  try {
    const text = readFileSync(path, 'utf8');
    return path.endsWith('.ts') ? stripTypeScriptTypes(text) : text;
  } catch {
    return undefined;
  }
}

function parseReport(text: string): PageReport {
  const fields = new Fields(JSON.parse(text));
  const checks = fields.objects('checks').map((check) => ({
    title: check.text('title'),
    ...(check.has('error') ? { error: check.text('error') } : {}),
  }));
  return { userAgent: fields.text('userAgent'), checks };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}
