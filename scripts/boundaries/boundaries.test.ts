/** Each boundary, with a violation planted in a checkout of its own; and the same without it, where nothing is said. */
import { describe, expect, it } from 'vitest';
import { unseen } from './check.ts';
import { check, type Planted } from './planted.ts';
import { CRYPTO } from './table.ts';

/** A checkout that keeps every rule. */
const HONEST: Planted = {
  'packages/crypto/src/hash.ts': 'export const hash = 1;',
  'packages/crypto/src/sealed.ts': "import { hash } from './hash.ts'; export const open = hash;",
  'packages/crypto/src/public.ts': "export * from './hash.ts';",
  'packages/crypto/src/index.ts': "export * from './public.ts'; export * from './sealed.ts';",
  'packages/protocol/src/ids.ts': "import { hash } from '@sotto/crypto/public'; export const id = hash;",
  'packages/protocol/src/keyring.ts': "import { open } from '@sotto/crypto'; export const keyring = open;",
  'packages/mls/src/index.ts': "import '@sotto/crypto';",
  'packages/mls/src/public/index.ts': 'export const follow = 1;',
  'packages/mls/src/crypto/hpke.test.ts': "import 'hpke';",
  'packages/mls/test/interop.test.ts': "import 'ts-mls';",
  'packages/protocol/src/conversations/engine/engine.ts': "import '@sotto/mls';",
  'packages/protocol/src/public.ts': "export * from './ids.ts';",
  'packages/protocol/src/index.ts': "export * from './public.ts'; export * from './keyring.ts';",
  'packages/contract/src/index.ts': "import { id } from '@sotto/protocol/public'; export const route = id;",
  'packages/client/src/index.ts':
    "import '@sotto/contract'; import { keyring } from '@sotto/protocol'; export const device = keyring;",
  'packages/client/src/api.ts': 'export interface Session { readonly open: boolean }',
  'packages/testkit/src/index.ts': "import '@sotto/server'; import '@sotto/client'; export const kit = 1;",
  'apps/server/src/index.ts': "import '@sotto/contract'; import '@sotto/protocol/public';",
  'apps/server/src/index.test.ts': "import '@sotto/testkit'; import './index.ts';",
  'apps/web/src/workers/device.ts':
    "import '@sotto/client'; import type { Session } from '@sotto/client/api';",
  'apps/web/src/ui/live.ts': "import type { Session } from '@sotto/client/api'; export type S = Session;",
  'apps/web/src/main.ts': "import url from './workers/device.ts?worker&url'; export default url;",
  'apps/cli/src/main.ts': "import '@sotto/client'; await import('./commands/serve.ts');",
  'apps/cli/src/commands/serve.ts': "import '@sotto/server';",
  'e2e/talk.journey.ts': "import '@sotto/testkit';",
  'bench/run.ts': "import '@sotto/testkit'; import '@sotto/client';",
};

interface Case {
  readonly title: string;
  readonly plant: Planted;
  /** The rule and the file that must be named. */
  readonly named: readonly [rule: string, file: string];
}

const ARROWS: Case[] = [
  {
    title: 'crypto imports the protocol above it',
    plant: { 'packages/crypto/src/hash.ts': "import '@sotto/protocol';" },
    named: ['arrows/crypto', 'packages/crypto/src/hash.ts'],
  },
  {
    title: 'the protocol imports the client, by a path of files',
    plant: { 'packages/protocol/src/ids.ts': "import '../../client/src/index.ts';" },
    named: ['arrows/protocol', 'packages/protocol/src/ids.ts'],
  },
  {
    title: 'the protocol knows the MLS engine beside what is behind the port',
    plant: { 'packages/protocol/src/conversations/judge.ts': "import '@sotto/mls';" },
    named: ['arrows/protocol', 'packages/protocol/src/conversations/judge.ts'],
  },
  {
    title: 'the contract imports all of crypto, if only a type',
    plant: { 'packages/contract/src/index.ts': "import type { open } from '@sotto/crypto';" },
    named: ['arrows/contract', 'packages/contract/src/index.ts'],
  },
  {
    title: 'the client imports the server',
    plant: { 'packages/client/src/index.ts': "import '@sotto/server';" },
    named: ['arrows/client', 'packages/client/src/index.ts'],
  },
  {
    title: 'the server imports the client',
    plant: { 'apps/server/src/index.ts': "export const load = () => import('@sotto/client');" },
    named: ['arrows/server', 'apps/server/src/index.ts'],
  },
  {
    title: 'the server imports all of the protocol',
    plant: { 'apps/server/src/index.ts': "import '@sotto/protocol';" },
    named: ['arrows/server', 'apps/server/src/index.ts'],
  },
  {
    title: 'a command other than serve imports the server',
    plant: { 'apps/cli/src/commands/backup.ts': "import '@sotto/server';" },
    named: ['arrows/cli', 'apps/cli/src/commands/backup.ts'],
  },
  {
    title: 'serve imports what the exception is not for',
    plant: { 'apps/cli/src/commands/serve.ts': "import '@sotto/testkit';" },
    named: ['arrows/cli/exception', 'apps/cli/src/commands/serve.ts'],
  },
  {
    title: 'code that is no test imports the testkit',
    plant: { 'packages/client/src/index.ts': "import '@sotto/testkit';" },
    named: ['arrows/client', 'packages/client/src/index.ts'],
  },
  {
    title: 'a test in crypto imports the server past the testkit',
    plant: { 'packages/crypto/src/hash.test.ts': "import '../../../apps/server/src/index.ts';" },
    named: ['arrows/crypto/tests', 'packages/crypto/src/hash.test.ts'],
  },
  {
    title: 'code that is no test imports what tests put in its place',
    plant: {
      'packages/client/src/index.ts': "import '../test/quick.ts';",
      'packages/client/test/quick.ts': 'export const quick = 1;',
    },
    named: ['tests', 'packages/client/src/index.ts'],
  },
  {
    title: 'a package is entered past its doors',
    plant: { 'packages/client/src/index.ts': "import '../../protocol/src/keyring.ts';" },
    named: ['doors/protocol', 'packages/client/src/index.ts'],
  },
  {
    title: 'two files import each other',
    plant: {
      'packages/client/src/a.ts': "import './b.ts';",
      'packages/client/src/b.ts': "export * from './a.ts';",
    },
    named: ['cycle', 'packages/client/src/a.ts'],
  },
];

const VENDORED: Case[] = [
  ['ts-mls', 'packages/client/src/index.ts'],
  ['ts-mls', 'packages/protocol/src/conversations/engine/engine.ts'],
  ['ts-mls', 'packages/mls/src/index.ts'],
  ['hpke', 'packages/client/src/index.ts'],
  ['cborg', 'packages/protocol/src/ids.ts'],
  ['@scure', 'packages/client/src/index.ts'],
  ['hash-wasm', 'packages/client/src/index.ts'],
  ['@zxcvbn-ts', 'apps/web/src/ui/live.ts'],
  ['@serenity-kit/opaque', 'packages/client/src/index.ts'],
  ['@serenity-kit/opaque', 'apps/server/src/index.ts'],
].map(([vendor = '', file = '']) => ({
  title: `${vendor} is imported by ${file}`,
  plant: { [file]: `import '${vendor === '@scure' || vendor === '@zxcvbn-ts' ? `${vendor}/any` : vendor}';` },
  named: [`vendor/${vendor}`, file],
}));

const REACH: Case[] = [
  ...CRYPTO.secret
    .filter((name) => name !== 'index')
    .map(
      (name): Case => ({
        title: `the server reaches crypto's ${name} through a public file`,
        plant: {
          [`packages/crypto/src/${name}.ts`]: 'export const secret = 1;',
          'packages/crypto/src/hash.ts': `import { secret } from './${name}.ts'; export const hash = secret;`,
          'packages/crypto/src/sealed.ts': 'export const secret = 1;',
        },
        named: ['server', 'apps/server/src/index.ts'],
      }),
    ),
  {
    title: "crypto's public entry lets a secret through",
    plant: { 'packages/crypto/src/public.ts': "export * from './sealed.ts';" },
    named: ['public', 'packages/crypto/src/public.ts'],
  },
  {
    title: 'the server reaches what the public protocol does not, through the contract',
    plant: {
      'packages/protocol/src/drafts.ts': 'export const draft = 1;',
      'packages/contract/src/index.ts': "import '../../protocol/src/drafts.ts';",
    },
    named: ['server', 'apps/server/src/index.ts'],
  },
  {
    title: 'the server reaches the engine through the public protocol',
    plant: { 'packages/protocol/src/public.ts': "import './conversations/engine/engine.ts';" },
    named: ['server', 'apps/server/src/index.ts'],
  },
  {
    title: 'the server imports the engine that decrypts, in place of the public one',
    plant: { 'apps/server/src/index.ts': "import '@sotto/mls';" },
    named: ['server', 'apps/server/src/index.ts'],
  },
  {
    title: 'a new file of crypto is neither open nor secret',
    plant: { 'packages/crypto/src/novel.ts': 'export {};' },
    named: ['classified', 'packages/crypto/src/novel.ts'],
  },
];

const PAGE: Case[] = [
  {
    title: 'a feature imports a value from the client',
    plant: {
      'apps/web/src/features/chat.ts': "import { device } from '@sotto/client'; export const d = device;",
    },
    named: ['page', 'apps/web/src/features/chat.ts'],
  },
  {
    title: 'a feature imports a type, but not from the interface',
    plant: { 'apps/web/src/features/chat.ts': "import type { device } from '@sotto/client';" },
    named: ['page', 'apps/web/src/features/chat.ts'],
  },
  {
    title: 'a feature loads the interface as a module, for a type written inside the braces',
    plant: { 'apps/web/src/features/chat.ts': "import { type Session } from '@sotto/client/api';" },
    named: ['page', 'apps/web/src/features/chat.ts'],
  },
  {
    title: 'a worker other than the device imports the client',
    plant: { 'apps/web/src/workers/sw.ts': "import '@sotto/client';" },
    named: ['page', 'apps/web/src/workers/sw.ts'],
  },
  {
    title: 'a feature runs the device worker in the page',
    plant: { 'apps/web/src/features/chat.ts': "import '../workers/device.ts';" },
    named: ['page', 'apps/web/src/features/chat.ts'],
  },
  {
    title: 'the interface has come to load a secret',
    plant: {
      'packages/client/src/rpc/index.ts': "import '@sotto/crypto';",
      'apps/web/src/ui/live.ts': "import '../../../../packages/client/src/rpc/index.ts';",
    },
    named: ['page', 'apps/web/src/ui/live.ts'],
  },
  {
    title: 'a feature imports crypto',
    plant: { 'apps/web/src/features/chat.ts': "import '@sotto/crypto/public';" },
    named: ['arrows/web', 'apps/web/src/features/chat.ts'],
  },
];

const HIDDEN: Case[] = [
  {
    title: 'an import is computed',
    plant: { 'apps/server/src/index.ts': "const at = '@sotto/client'; await import(at);" },
    named: ['computed', 'apps/server/src/index.ts'],
  },
  {
    title: 'an import leads nowhere',
    plant: { 'apps/server/src/index.ts': "import './absent.ts';" },
    named: ['resolved', 'apps/server/src/index.ts'],
  },
];

describe('the boundaries', () => {
  it('say nothing about a checkout that keeps them', async () => {
    expect(await check(HONEST)).toEqual([]);
  });

  it.each([...ARROWS, ...VENDORED, ...REACH, ...PAGE, ...HIDDEN])(
    'are broken when $title',
    async (planted) => {
      const violations = await check({ ...HONEST, ...planted.plant });
      const [rule, file] = planted.named;
      expect(violations).toContainEqual(expect.objectContaining({ rule, file }));
    },
  );

  it('see imports in components', async () => {
    const source = "import { device } from '@sotto/client'; export const C = () => <p>{device}</p>;";
    const violations = await check({ ...HONEST, 'apps/web/src/ui/C.tsx': source });
    expect(violations).toContainEqual(
      expect.objectContaining({ rule: 'page', file: 'apps/web/src/ui/C.tsx' }),
    );
  });

  it('let types import each other in a circle', async () => {
    const violations = await check({
      ...HONEST,
      'packages/client/src/a.ts': "import type { B } from './b.ts'; export type A = B[];",
      'packages/client/src/b.ts': "import type { A } from './a.ts'; export type B = A | 1;",
    });
    expect(violations).toEqual([]);
  });

  it('do not hold where dependency-cruiser read no file, or not all that a file imports', () => {
    const file = 'packages/crypto/src/hash.ts';
    const imports = new Map([
      [file, { all: new Set(['./a.ts']), values: new Set(['./a.ts']), computed: false }],
    ]);
    const rules = (seen: [string, Set<string>][]) =>
      unseen({ sources: [file], imports, seen: new Map(seen) }).map(({ rule }) => rule);
    expect(rules([])).toEqual(['seen']);
    expect(rules([[file, new Set()]])).toEqual(['seen']);
    expect(rules([[file, new Set(['./a.ts'])]])).toEqual([]);
  });
});
