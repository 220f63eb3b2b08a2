/** The server from the command line: starting, stopping, backing up and restoring. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { settingOptions } from '../src/commands/serve/settings.ts';
import { LEASH, PASSWORD, Place, type Running } from './running.ts';
import { shaped } from './shapes.ts';

const place = new Place();
const alice = place.profile('alice');
const bob = place.profile('bob');
let server: Running;
const UNTRUSTED =
  /^sotto: The certificate of the server at https:\S+ is not trusted here \([A-Z_]+\)\. .*NODE_EXTRA_CA_CERTS/;

vi.setConfig({ testTimeout: LEASH });

beforeAll(async () => {
  server = await place.serve();
  const input = `${PASSWORD}\n`;
  await Promise.all([alice.json(['signup', 'alice'], { input }), bob.json(['signup', 'bob'], { input })]);
  await alice.output(['send', 'bob', 'before the backup']);
  await bob.output(['send', 'alice', 'an answer']);
}, LEASH);

afterAll(() => place.end());

describe('sotto serve', () => {
  it('takes every setting that may be a flag', () => {
    const table = fileURLToPath(new URL('../../../docs/guides/settings.md', import.meta.url));
    const flags = [...readFileSync(table, 'utf8').matchAll(/^\| `--([a-z-]+)`/gm)].map(([, flag]) => flag);
    expect(flags.length).toBeGreaterThan(10);
    expect(Object.keys(settingOptions).sort()).toEqual(flags.sort());
  });

  it('says where it is and what to do first, and stops when it is told to', async () => {
    const other = place.start(['serve', '--port', '0', '--host', '127.0.0.1', '--data', place.path('other')]);
    expect(await other.line()).toMatch(/^Sotto is at http:\/\/127\.0\.0\.1:\d+$/);
    expect(await other.line()).toContain('the first account becomes the owner');
    await other.line();
    const { status, stdout } = await other.stop('SIGINT');
    expect(status).toBe(0);
    expect(stdout.split('\n')).toHaveLength(5);
  });

  it('speaks of a first account only where there is none', async () => {
    const again = await copyOf(place.path('data'), ['--registration', 'invite']);
    expect(await again.line()).toMatch(/^Sotto is at/);
    const text = `${await again.line()} ${await again.line()}`;
    expect(text).toContain('New people need an invite');
    expect(text).not.toContain('first account');
    await again.stop();
  });

  it('says where there is no web app, and what is needed for other machines', async () => {
    const flags = ['--port', '0', '--host', '127.0.0.1', '--data', place.path('named')];
    const named = place.start([
      'serve',
      ...flags,
      '--web-dir',
      place.path('none'),
      '--domain',
      'sotto.example',
    ]);
    await named.until(() => named.stdout.includes('Ctrl-C'));
    expect(named.stdout).toContain(`there is no web app in ${place.path('none')}`);
    expect(named.stdout).toContain('the first account becomes the owner');
    expect(named.stdout).toContain('Other machines need HTTPS: --tls-cert and --tls-key');
    await named.stop();
  });

  it('with a certificate that nobody knows is told from one that is away', async () => {
    const [cert = '', key = ''] = ['test-certificate.pem', 'test-key.pem'].map((name) =>
      fileURLToPath(new URL(`../../server/fixtures/${name}`, import.meta.url)),
    );
    const where = ['--data', place.path('secure'), '--port', '0', '--web-dir', place.path('none')];
    const secure = place.start(['serve', '--json', ...where, '--tls-cert', cert, '--tls-key', key]);
    const { port } = JSON.parse(await secure.line());
    const signUp = (env: Readonly<Record<string, string>>) =>
      place
        .profile('careful')
        .runAlone(['signup', 'ann', '--server', `https://localhost:${port}`], { input: 'short\n', env });
    expect(await signUp({})).toMatchObject({ status: 1, stderr: expect.stringMatching(UNTRUSTED) });
    expect((await signUp({ NODE_EXTRA_CA_CERTS: cert })).stderr).toContain('too easy to guess');
    await secure.stop();
  });

  it('keeps its log apart from what it says, and free of names', async () => {
    expect(server.stdout.split('\n')).toHaveLength(2);
    shaped('serve', JSON.parse(server.stdout));
    const log = server.stderr.trimEnd().split('\n');
    for (const line of log) expect(JSON.parse(line)).toHaveProperty('msg');
    for (const name of ['alice', 'bob', 'backup', PASSWORD]) expect(server.stderr).not.toContain(name);
  });

  it('does not mistake the variables of the command line for settings', async () => {
    const env = { SOTTO_HOME: place.path('x'), SOTTO_SERVER: 'http://localhost:1', SOTTO_COMMAND: './sotto' };
    const flags = ['--port', '0', '--host', '127.0.0.1', '--data', place.path('variables'), '--json'];
    const started = place.start(['serve', ...flags], { env });
    expect(shaped('serve', JSON.parse(await started.line())).first).toBe(true);
    await started.stop();
    const { status, stderr } = await place.run(['serve', ...flags], { env: { ...env, SOTTO_FROB: '1' } });
    expect(status).toBe(2);
    expect(stderr).toContain('There is no setting SOTTO_FROB.');
  });

  it('says which port is taken and how to take another, and makes no data folder', async () => {
    const port = Number(new URL(place.url).port);
    const data = place.path('never');
    const common = ['--host', '127.0.0.1', '--data', data];
    for (const [args, env, choice] of [
      [[], { PORT: `${port}` }, `sotto serve --port ${port + 1}`],
      [[], { PORT: `${port}`, SOTTO_COMMAND: 'npm start' }, `PORT=${port + 1} npm start`],
      [['--port', `${port}`], { SOTTO_COMMAND: 'npm start' }, `--port ${port + 1}`],
    ] as const) {
      expect(await place.run(['serve', ...common, ...args], { env })).toEqual({
        status: 1,
        stdout: '',
        stderr: `sotto: Port ${port} is in use by another program. Choose another: ${choice}\n`,
      });
    }
    expect(existsSync(data)).toBe(false);
  });

  it('refuses the data of another domain, and names both', async () => {
    const data = place.path('copy');
    const refused = await place.run([
      'serve',
      '--port',
      '0',
      '--data',
      data,
      '--domain',
      'sotto.example.org',
    ]);
    expect(refused).toEqual({
      status: 2,
      stdout: '',
      stderr:
        `sotto: The accounts in ${data} are of the domain localhost, for good, and cannot be served as sotto.example.org. ` +
        'Set --domain to localhost, or name another folder with --data.\n',
    });
  });
});

/** A server on the restored copy of a data folder that is in use. */
async function copyOf(data: string, flags: readonly string[]): Promise<Running> {
  const [file, copy] = [place.path('copy.backup'), place.path('copy')];
  await place.run(['backup', file, '--data', data, '--secrets']);
  await place.run(['restore', file, '--data', copy]);
  return place.start(['serve', '--port', '0', '--host', '127.0.0.1', '--data', copy, ...flags]);
}

describe('sotto backup and restore', () => {
  it('bring a running server back with its accounts, and people go on talking', async () => {
    const file = place.path('backup');
    const made = await place.run(['backup', file, '--data', place.path('data'), '--secrets', '--json']);
    expect(shaped('backup', JSON.parse(made.stdout))).toEqual({ file, secrets: true });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await alice.output(['send', 'bob', 'lost with the disk']);
    expect((await server.stop()).status).toBe(0);

    const data = place.path('restored');
    const restored = await place.run(['restore', file, '--data', data, '--json']);
    expect(shaped('restore', JSON.parse(restored.stdout))).toEqual({
      data,
      secrets: true,
      domain: 'localhost',
    });
    server = await place.serve('--data', data);
    const laptop = place.profile('laptop');
    shaped('signin', await laptop.json(['signin', 'alice'], { input: `${PASSWORD}\n` }));
    await bob.output(['send', 'alice', 'after the restore']);
    expect((await alice.lines(['read', 'bob'])).at(-1)).toMatchObject({ text: 'after the restore' });
  });

  it('leave out the secrets where nobody asks for them, and say what follows', async () => {
    const file = place.path('plain');
    expect(await place.run(['backup', file], { env: { SOTTO_DATA: place.path('restored') } })).toMatchObject({
      status: 0,
      stdout: `Wrote ${file}, without the secrets.\n`,
    });
    const third = place.path('third');
    expect(await place.run(['restore', file, '--data', third])).toMatchObject({
      status: 0,
      stdout: `Restored to ${third}. To serve it: sotto serve --data ${third}\n`,
      stderr: expect.stringContaining('recovery code'),
    });
  });

  it('write over nothing', async () => {
    const again = await place.run(['backup', place.path('plain'), '--data', place.path('restored')]);
    expect(again).toMatchObject({ status: 1, stderr: expect.stringContaining('exists already') });
    const full = await place.run(['restore', place.path('plain'), '--data', place.path('restored')]);
    expect(full).toMatchObject({ status: 1, stderr: expect.stringContaining('is not empty') });
  });
});
