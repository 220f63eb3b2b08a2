/** What a start refuses, with which sentence, and that it leaves nothing behind then. */
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join as joinPath } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { backup, restore } from '../src/platform/backup.ts';
import { domainOfData } from '../src/platform/data.ts';
import { listeningError } from '../src/platform/http/listening.ts';
import { startServer } from '../src/server.ts';
import { completeSettings, readSettings } from '../src/settings.ts';
import { join } from './peer.ts';
import { cleanUp, newFolder, start } from './running.ts';

afterAll(cleanUp);

const [CERTIFICATE, KEY] = ['test-certificate.pem', 'test-key.pem'].map((name) =>
  fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url)),
) as [string, string];

function folderNotThere(): string {
  return joinPath(newFolder(), 'data');
}

describe('a place where it cannot listen', () => {
  it('is a port that another program has: named, and no data folder is made', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const data = folderNotThere();
    await expect(start({ data, port })).rejects.toMatchObject({
      code: 'port_unavailable',
      message: `Port ${port} is in use by another program.`,
    });
    expect(existsSync(data)).toBe(false);
    await new Promise((resolve) => other.close(resolve));
    await (await start({ data, port })).close();
  });

  it.each(['192.0.2.1', 'no-such-host.invalid'])('is the address %s of another machine', async (host) => {
    const data = folderNotThere();
    const settings = readSettings({ flags: { data, port: '0' }, env: { SOTTO_HOST: host } });
    await expect(startServer(settings)).rejects.toMatchObject({
      code: 'settings_invalid',
      message: `The setting SOTTO_HOST is "${host}": this machine has no such address. For all that it has: ::.`,
    });
    expect(existsSync(data)).toBe(false);
  });

  it('is a port that this user may not take', () => {
    const denied = Object.assign(new Error('listen'), { code: 'EACCES' });
    expect(listeningError(completeSettings({ port: 443 }), denied)).toMatchObject({
      code: 'port_unavailable',
      message: 'This user may not serve on port 443.',
    });
    const other = new Error('another fault');
    expect(listeningError(completeSettings({}), other)).toBe(other);
  });
});

describe('a domain', () => {
  it('stays that of the accounts, in a backup too, and may change while there are none', async () => {
    const first = await start({ domain: 'first.example' });
    const { data } = first;
    await first.close();
    const second = await start({ data });
    expect(second.first).toBe(true);
    await join(second.url, 'alice');
    await second.close();

    const file = joinPath(newFolder(), 'backup');
    await backup(data, file, { secrets: true });
    const restored = folderNotThere();
    restore(file, restored);
    expect(await domainOfData(restored)).toBe('localhost');
    for (const folder of [data, restored]) {
      const settings = readSettings({
        flags: { data: folder, port: '0' },
        env: { SOTTO_DOMAIN: 'third.example' },
      });
      const refused = await startServer(settings).catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: 'settings_invalid' });
      const { message } = refused as Error;
      for (const part of [folder, 'localhost', 'third.example', 'SOTTO_DOMAIN', '--data'])
        expect(message).toContain(part);
    }
    const again = await start({ data: restored });
    expect(again.first).toBe(false);
    await again.close();
  });
});

describe('a data folder', () => {
  it('is served by one server at a time', async () => {
    const one = await start();
    await expect(start({ data: one.data })).rejects.toMatchObject({ code: 'data_in_use' });
    await one.close();
    await (await start({ data: one.data })).close();
  });

  it('is one that can be written to', async () => {
    const file = joinPath(newFolder(), 'file');
    writeFileSync(file, '');
    await expect(start({ data: file })).rejects.toMatchObject({
      code: 'settings_invalid',
      message: `The setting --data is "${file}": Sotto cannot write to this folder.`,
    });
  });
});

describe('a file that a setting names', () => {
  const folder = newFolder();
  const other = joinPath(folder, 'other-key.pem');
  const text = joinPath(folder, 'text.pem');
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(other, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(text, 'hello\n');

  it.each([
    ['tlsCert', { tlsCert: '/nothing', tlsKey: KEY }, 'there is no such file.'],
    ['tlsCert', { tlsCert: folder, tlsKey: KEY }, 'it is a folder, not a file.'],
    ['tlsCert', { tlsCert: text, tlsKey: KEY }, 'it holds no certificate in PEM.'],
    [
      'tlsKey',
      { tlsCert: CERTIFICATE, tlsKey: text },
      'it holds no key in PEM, or one that needs a password.',
    ],
    [
      'tlsKey',
      { tlsCert: CERTIFICATE, tlsKey: other },
      `it is not the key of the certificate in ${CERTIFICATE}.`,
    ],
    ['metricsTokenFile', { metricsTokenFile: text }, 'a token has 16 characters or more.'],
  ] as const)('is refused with the name of %s where it does not do: %j', async (name, files, why) => {
    const data = folderNotThere();
    const flag = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    const value = (files as Record<string, string>)[name];
    await expect(start({ data, ...files })).rejects.toMatchObject({
      code: 'settings_invalid',
      message: `The setting ${flag} is "${value}": ${why}`,
    });
    expect(existsSync(data)).toBe(false);
  });

  it('gives the token of the metrics by its first line', async () => {
    const metricsTokenFile = joinPath(folder, 'token');
    writeFileSync(metricsTokenFile, 'a long enough token\n');
    chmodSync(metricsTokenFile, 0o600);
    const server = await start({ metricsTokenFile });
    const read = (token: string) =>
      fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
    expect((await read('a long enough token')).status).toBe(200);
    expect((await read('another long token.')).status).toBe(403);
    await server.close();
  });
});

describe('where people open it', () => {
  it.each([
    [{}, undefined],
    [{ domain: 'sotto.example.org' }, undefined],
    [{ domain: 'sotto.example.org', trustProxy: '127.0.0.1' }, 'https://sotto.example.org'],
    [{ publicUrl: 'https://chat.example.org/' }, 'https://chat.example.org'],
  ])('with %j', async (settings, publicUrl) => {
    const server = await start(settings);
    expect(server.publicUrl).toBe(publicUrl ?? server.url);
    await server.close();
  });

  it('with a certificate it is the domain, by HTTPS', async () => {
    const server = await start({ domain: 'sotto.example.org', tlsCert: CERTIFICATE, tlsKey: KEY });
    expect(server.publicUrl).toBe(`https://sotto.example.org:${server.port}`);
    await server.close();
  });
});

it('a start that succeeds leaves only what the document lists', async () => {
  const server = await start();
  await server.close();
  const document = readFileSync(new URL('../../../docs/spec/server-storage.md', import.meta.url), 'utf8');
  for (const name of readdirSync(server.data)) expect(document).toContain(`| \`${name}`);
});
