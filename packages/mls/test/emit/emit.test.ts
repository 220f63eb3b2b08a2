/** The package as it is published: plain JavaScript that Node loads from any folder which has its dependencies. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const PACKAGE = resolve(import.meta.dirname, '../..');
const scratch = mkdtempSync(join(tmpdir(), 'emitted-'));
const emitted = join(scratch, 'node_modules/@sotto/mls');

interface Manifest {
  readonly [name: string]: unknown;
  readonly dependencies: Readonly<Record<string, string>>;
}

function read(...path: readonly string[]): string {
  return readFileSync(join(...path), 'utf8');
}

const manifest: Manifest = JSON.parse(read(PACKAGE, 'package.json'));

beforeAll(() => {
  mkdirSync(emitted, { recursive: true });
  const { INIT_CWD: _, ...env } = process.env;
  execFileSync(process.execPath, [join(PACKAGE, 'emit.ts'), emitted], { env });
  for (const name of Object.keys(manifest.dependencies)) {
    const link = join(scratch, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(installed(name), link);
  }
}, 180_000);
afterAll(() => rmSync(scratch, { recursive: true }));

/** The folder of a dependency, wherever npm put it. */
function installed(name: string): string {
  const folders = [PACKAGE, resolve(PACKAGE, '../..')].map((folder) => join(folder, 'node_modules', name));
  const found = folders.find((folder) => existsSync(folder));
  if (found === undefined) throw new Error(`${name} is not installed`);
  return found;
}

/** Run by Node in the folder, with nothing of this repository but what was emitted. */
const PROGRAM = `
import * as mls from '@sotto/mls';
import { nodeProvider } from '@sotto/mls/node';
import { followFromGroupInfo } from '@sotto/mls/public';

const suite = nodeProvider.suite(1);
const random = (length) => crypto.getRandomValues(new Uint8Array(length));
const authentication = { authenticate: () => true };
const env = { provider: nodeProvider, random, authentication, now: () => 1n };
const lifetime = { notBefore: 0n, notAfter: 10n };
const utf8 = (text) => new TextEncoder().encode(text);
const identity = async (name) => ({
  credential: mls.basicCredential(utf8(name)),
  signatureKeyPair: await suite.generateSignatureKeyPair(random),
  cipherSuite: 1,
  lifetime,
});

const founded = await mls.createGroup(env, { ...(await identity('alice')), groupId: random(16) });
const bob = await mls.generateKeyPackage(env, await identity('bob'));
const added = await mls.createCommit(env, founded, { proposals: [{ proposalType: 1, keyPackage: bob.keyPackage }] });
const alices = mls.mergeCommit(env, added.state, added.staged);
const bobs = await mls.joinGroup(env, { welcome: added.welcome, keyPackage: bob });
const { bytes } = await mls.encryptApplication(env, alices, utf8('hello bob'));
const received = await mls.processMessage(env, bobs, bytes);
const { tree } = await followFromGroupInfo(env, await mls.exportGroupInfo(env, alices));
console.log(new TextDecoder().decode(received.data), tree.memberCount);
`;

test('plain Node imports it elsewhere, founds a group, adds a member, and sends it a message', () => {
  writeFileSync(join(scratch, 'program.mjs'), PROGRAM);
  const { NODE_OPTIONS: _, ...env } = process.env;
  const output = execFileSync(process.execPath, ['program.mjs'], { cwd: scratch, encoding: 'utf8', env });
  expect(output).toBe('hello bob 2\n');
});

test('it says what it needs and under which licence it stands, and holds no test', () => {
  const { name, version, license, dependencies } = manifest;
  const published: Manifest = JSON.parse(read(emitted, 'package.json'));
  expect(published).toMatchObject({ name, version, license, dependencies, engines: { node: '>=24' } });
  expect(Object.keys(published)).not.toContain('private');
  expect(read(emitted, 'LICENSE')).toBe(read(PACKAGE, '../../LICENSE'));
  expect(read(emitted, 'README.md')).toBe(read(PACKAGE, 'README.md'));
  const files = readdirSync(emitted, { recursive: true, encoding: 'utf8' });
  expect(files.filter((file) => file.includes('.test.'))).toEqual([]);
});

test('its source maps hold the sources, which are not published beside them', () => {
  const map: { readonly sourcesContent?: readonly string[] } = JSON.parse(read(emitted, 'src/index.js.map'));
  expect(map.sourcesContent).toEqual([read(PACKAGE, 'src/index.ts')]);
});
