/** The server from the command line: starting, stopping, backing up and restoring. */
import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { settingOptions } from '../src/commands/serve/settings.ts';
import { LEASH, PASSWORD, Place, type Running } from './running.ts';
import { shaped } from './shapes.ts';

const place = new Place();
const alice = place.profile('alice');
const bob = place.profile('bob');
let server: Running;

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
  it('takes every setting of the server but the one that is a secret', () => {
    const table = fileURLToPath(new URL('../../../docs/guides/settings.md', import.meta.url));
    const flags = [...readFileSync(table, 'utf8').matchAll(/^\| `--([a-z-]+)`/gm)].map(([, flag]) => flag);
    expect(flags.length).toBeGreaterThan(10);
    expect(Object.keys(settingOptions).sort()).toEqual(
      flags.filter((flag) => flag !== 'metrics-token').sort(),
    );
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

  it('keeps its log apart from what it says, and free of names', async () => {
    expect(server.stdout.split('\n')).toHaveLength(2);
    shaped('serve', JSON.parse(server.stdout));
    const log = server.stderr.trimEnd().split('\n');
    for (const line of log) expect(JSON.parse(line)).toHaveProperty('msg');
    for (const name of ['alice', 'bob', 'backup', PASSWORD]) expect(server.stderr).not.toContain(name);
  });

  it('does not mistake the variables of the command line for settings', async () => {
    const env = { SOTTO_HOME: place.path('x'), SOTTO_SERVER: 'http://localhost:1', SOTTO_FROB: '1' };
    const { status, stderr } = await place.run(['serve', '--port', '0'], { env });
    expect(status).toBe(1);
    expect(stderr).toContain('SOTTO_FROB is no setting');
  });
});

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
    expect(shaped('restore', JSON.parse(restored.stdout))).toEqual({ data, secrets: true });
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
    const { status, stderr } = await place.run(['restore', file, '--data', place.path('third')]);
    expect({ status, stderr }).toMatchObject({ status: 0, stderr: expect.stringContaining('recovery code') });
  });

  it('write over nothing', async () => {
    const again = await place.run(['backup', place.path('plain'), '--data', place.path('restored')]);
    expect(again).toMatchObject({ status: 1, stderr: expect.stringContaining('exists already') });
    const full = await place.run(['restore', place.path('plain'), '--data', place.path('restored')]);
    expect(full).toMatchObject({ status: 1, stderr: expect.stringContaining('is not empty') });
  });
});
