import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { completeSettings, environmentName, flagName, readSettings, settingNames } from './settings.ts';

it('flags win over the environment, which wins over the defaults', () => {
  const settings = readSettings({
    flags: { port: '1', 'web-dir': '/w', metrics: true },
    env: { PORT: '2', SOTTO_DATA: '/d', SOTTO_HOME: '/h', HOME: '/root' },
  });
  expect(settings).toMatchObject({ port: 1, webDir: '/w', metrics: true, data: '/d', domain: 'localhost' });
});

it.each([
  [{ flags: { colour: 'red' }, env: {} }, '--colour'],
  [{ flags: { port: '70000' }, env: {} }, '--port'],
  [{ flags: { port: 'eighty' }, env: {} }, '--port'],
  [{ flags: {}, env: { PORT: '-1' } }, 'PORT'],
  [{ flags: {}, env: { SOTTO_COLOUR: 'red' } }, 'SOTTO_COLOUR'],
  [{ flags: {}, env: { SOTTO_REGISTRATION: 'maybe' } }, 'SOTTO_REGISTRATION'],
  [{ flags: {}, env: { SOTTO_PUBLIC_URL: 'ftp://x' } }, 'SOTTO_PUBLIC_URL'],
  [{ flags: { 'tls-cert': 'c.pem' }, env: {} }, 'tlsCert'],
])('%j is refused with the name %s', (sources, name) => {
  expect(() => readSettings(sources)).toThrow(name);
});

it('registration is open on localhost and by invite elsewhere, unless set', () => {
  expect(completeSettings({}).registration).toBe('open');
  expect(completeSettings({ domain: 'sotto.example.org' }).registration).toBe('invite');
  expect(completeSettings({ domain: 'sotto.example.org', registration: 'closed' }).registration).toBe(
    'closed',
  );
});

it('docs/guides/settings.md lists each setting by its flag and variable with its default', () => {
  const guide = readFileSync(new URL('../../../docs/guides/settings.md', import.meta.url), 'utf8');
  const rows = [...guide.matchAll(/^\| `--([a-z-]+)` \| `([A-Z_]+)` \| (?:`([^`]+)`|none)/gm)];
  const listed = rows.map(([, flag, variable]) => [flag, variable]);
  expect(listed).toEqual(settingNames().map((name) => [flagName(name), environmentName(name)]));
  const defaults: Readonly<Record<string, unknown>> = completeSettings({});
  for (const [index, name] of settingNames().entries()) {
    const shown = rows[index]?.[3];
    const real = defaults[name];
    if (name === 'webDir') expect(String(real).endsWith(`/${shown}`)).toBe(true);
    else expect(shown).toBe(real === undefined ? undefined : String(real));
  }
});
