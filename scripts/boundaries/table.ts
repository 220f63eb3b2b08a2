/**
 * Who may import whom: the one place to read and change it. DESIGN.md's "arrows go down only", as data; rules.ts and
 * check.ts turn it into checks. All names are paths from the root of the checkout; a folder ends in a slash.
 */

export interface Floor {
  readonly folder: string;
  /** Folders and files of other floors that it may import. A door (see check.ts) is named where not all are open. */
  readonly mayImport: readonly string[];
}

const CRYPTO_PUBLIC = 'packages/crypto/src/public.ts';
const PROTOCOL_PUBLIC = 'packages/protocol/src/public.ts';
const COMMIT_RULES = 'packages/protocol/src/conversations/commit-rules.ts';
const MLS_PUBLIC = 'packages/mls/src/public/index.ts';

/** From the lowest to the highest. What is not named may not be imported. */
export const FLOORS: readonly Floor[] = [
  { folder: 'packages/crypto/', mayImport: [] },
  { folder: 'packages/mls/', mayImport: ['packages/crypto/'] },
  { folder: 'packages/protocol/', mayImport: ['packages/crypto/'] },
  { folder: 'packages/contract/', mayImport: [PROTOCOL_PUBLIC, CRYPTO_PUBLIC] },
  {
    folder: 'packages/client/',
    mayImport: ['packages/contract/', 'packages/protocol/', 'packages/crypto/'],
  },
  {
    folder: 'apps/server/',
    mayImport: ['packages/contract/', CRYPTO_PUBLIC, PROTOCOL_PUBLIC, COMMIT_RULES, MLS_PUBLIC],
  },
  { folder: 'apps/web/', mayImport: ['packages/client/'] },
  { folder: 'apps/cli/', mayImport: ['packages/client/'] },
  { folder: 'packages/testkit/', mayImport: ['packages/', 'apps/server/'] },
  { folder: 'e2e/', mayImport: ['packages/', 'apps/cli/bin/', 'scripts/ground/chromium.mjs'] },
  { folder: 'bench/', mayImport: ['packages/', 'e2e/support/'] },
  { folder: 'scripts/', mayImport: ['apps/cli/bin/'] },
];

/** What a test may import beyond its own floor: the testkit among them, which nothing else may. */
export const TESTS_MAY_IMPORT = ['packages/'];

/** Files that may import what their floor may not. */
export const EXCEPTIONS: readonly { readonly file: RegExp; readonly mayImport: string }[] = [
  { file: /^apps\/cli\/src\/commands\/serve(\/|\.ts$)/, mayImport: 'apps/server/' },
  // What is behind the port `MlsEngine`.
  { file: /^packages\/protocol\/src\/conversations\/engine\//, mayImport: 'packages/mls/' },
  // What members and the server make of the same commit.
  { file: /^packages\/protocol\/src\/conversations\/commit-rules\.ts$/, mayImport: MLS_PUBLIC },
];

/**
 * The page draws what the device worker tells it and never touches a key. Types are gone at run time; the remote calls
 * carry plain data.
 */
export const WEB = {
  folder: 'apps/web/',
  client: 'packages/client/',
  /** The one file that imports all of the client. */
  worker: 'apps/web/src/workers/device.ts',
  /** What the rest may import as values. */
  values: ['packages/client/src/rpc/'],
  /** What the rest may import as types. */
  types: ['packages/client/src/api.ts', 'packages/client/src/rpc/'],
} as const;

/** Packages of others, and the only places that may import them. */
export const VENDORS: readonly { readonly name: string; readonly only: readonly string[] }[] = [
  // A second opinion and something to measure against; no program of ours runs it.
  { name: 'ts-mls', only: ['packages/mls/test/', 'bench/mls/'] },
  { name: 'hpke', only: ['packages/crypto/', 'packages/mls/src/crypto/'] },
  { name: 'cborg', only: ['packages/crypto/'] },
  { name: '@scure', only: ['packages/crypto/'] },
  { name: 'hash-wasm', only: ['packages/crypto/'] },
  { name: '@zxcvbn-ts', only: ['packages/crypto/'] },
  { name: '@serenity-kit/opaque', only: ['packages/client/src/identity/', 'apps/server/src/identity/'] },
];

/**
 * Every file of the primitives is one or the other: `open` needs no user's secret, `secret` does. A new file must be
 * entered here, so that nobody adds one to the public entry without deciding.
 */
export const CRYPTO = {
  folder: 'packages/crypto/src/',
  open: [
    'bytes',
    'cbor',
    'errors',
    'hash',
    'hpke-seal',
    'hpke-suite',
    'hybrid-kem',
    'lazily',
    'public',
    'random',
    'verify',
  ],
  secret: ['aead', 'hpke-open', 'index', 'kdf', 'local-lock', 'password', 'recovery-words', 'sealed', 'sign'],
} as const;

/** Code that must not reach, through whatever it imports, what opens or signs anything. */
export const KEYLESS = {
  /** Counted with types too: a server that only names a secret's type is one step from using it. */
  server: 'apps/server/src/',
  /** Entries of the packages that hold secrets; what these reach may be reached. */
  doors: [CRYPTO_PUBLIC, PROTOCOL_PUBLIC, COMMIT_RULES, MLS_PUBLIC],
  /** Entries of the MLS engine that decrypt: neither the doors nor the page reach them. */
  engine: ['packages/mls/src/index.ts', 'packages/mls/src/crypto/node/index.ts'],
  /** Packages in which nothing else may be reached. */
  guarded: ['packages/crypto/src/', 'packages/mls/src/', 'packages/protocol/src/'],
  /** Packages of others that may not be reached either. */
  vendors: ['@scure', 'hash-wasm', '@zxcvbn-ts'],
} as const;

/** Tests, and folders of nothing but tests. */
export const TEST = '(\\.(test|browser-test|test-worker|journey)\\.tsx?$|/test/)';
