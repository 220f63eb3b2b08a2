import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
  completeSettings,
  environmentName,
  flagName,
  flagSettings,
  readSettings,
  settingNames,
} from './settings.ts';

it('flags win over the environment, which wins over the defaults', () => {
  const settings = readSettings({
    flags: { port: '1', 'web-dir': '/w', metrics: true },
    env: { PORT: '2', SOTTO_DATA: '/d', HOME: '/root', SOTTO_DOMAIN: '' },
  });
  expect(settings).toMatchObject({ port: 1, webDir: '/w', metrics: true, data: '/d', domain: 'localhost' });
});

const flag = (name: string, value: string) => ({ flags: { [name]: value }, env: {} });
const variable = (name: string, value: string) => ({ flags: {}, env: { [name]: value } });

it.each([
  [flag('port', '70000'), 'The setting --port is "70000". It takes a whole number from 0 to 65535.'],
  [flag('port', 'eighty'), 'The setting --port is "eighty". It takes a whole number from 0 to 65535.'],
  [flag('port', ''), 'The setting --port is "". It takes a whole number from 0 to 65535.'],
  [flag('port', '0x50'), 'The setting --port is "0x50". It takes a whole number from 0 to 65535.'],
  [variable('PORT', '-1'), 'The setting PORT is "-1". It takes a whole number from 0 to 65535.'],
  [variable('SOTTO_REGISTRATION', 'maybe'), 'is "maybe". It takes open, invite or closed.'],
  [variable('SOTTO_PUBLIC_URL', 'ftp://x'), 'It takes an address, such as https://sotto.example.org.'],
  [flag('domain', 'Sotto.example'), 'It takes a domain in lower case, such as sotto.example.org.'],
  [flag('data', ''), 'The setting --data is "". It takes a folder.'],
  [flag('trust-proxy', 'proxy'), 'is "proxy". It takes addresses or networks, such as 127.0.0.1,10.0.0.0/8'],
  [flag('trust-proxy', '10.0.0.0/33'), 'is "10.0.0.0/33". It takes'],
  [flag('metrics', 'yes'), 'The setting --metrics is "yes". It takes true or false.'],
  [flag('log-level', 'loud'), 'It takes fatal, error, warn, info, debug or silent.'],
  [flag('tls-cert', 'c.pem'), 'The setting --tls-cert is "c.pem", without --tls-key: give both, or neither.'],
  [variable('SOTTO_TLS_KEY', 'k'), 'The setting SOTTO_TLS_KEY is "k", without SOTTO_TLS_CERT: give both'],
  [flag('colour', 'red'), 'There is no setting --colour. sotto help serve names them all.'],
  [variable('SOTTO_COLOUR', 'red'), 'There is no setting SOTTO_COLOUR.'],
])('%j is refused: %s', (sources, message) => {
  expect(() => readSettings(sources)).toThrow(message);
});

it('an unknown setting is answered with the one that was meant', () => {
  const nearest = (_written: string, known: readonly string[]) => known.find((name) => /port/i.test(name));
  expect(() => readSettings({ ...flag('prot', '1'), nearest })).toThrow(
    'no setting --prot. Did you mean --port?',
  );
  expect(() => readSettings({ ...variable('SOTTO_PROT', '1'), nearest })).toThrow('Did you mean PORT?');
});

it('a secret is no flag, and is not repeated', () => {
  const token = 'hunter2';
  for (const sources of [flag('metrics-token', token), variable('SOTTO_METRICS_TOKEN', token)]) {
    expect(() => readSettings(sources)).toThrow(/^(?!.*hunter2)/s);
  }
  expect(() => readSettings(variable('SOTTO_METRICS_TOKEN', token))).toThrow(
    'The setting SOTTO_METRICS_TOKEN is wrong. It takes 16 characters or more.',
  );
  const both = { SOTTO_METRICS_TOKEN: 'a long enough token', SOTTO_METRICS_TOKEN_FILE: '/t' };
  expect(() => readSettings({ flags: {}, env: both })).toThrow(
    'The setting SOTTO_METRICS_TOKEN_FILE is "/t", beside SOTTO_METRICS_TOKEN: give one of them.',
  );
});

it('networks of proxies are addresses, alone or with their bits', () => {
  for (const list of ['127.0.0.1', '::1, 10.0.0.0/8', 'fd00::/8'])
    expect(readSettings(flag('trust-proxy', list)).trustProxy).toBe(list);
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
  const rows = [...guide.matchAll(/^\| (?:`--([a-z-]+)`|none) \| `([A-Z_]+)` \| (?:`([^`]+)`|none)/gm)];
  const listed = rows.map(([, flag, variable]) => [flag, variable]);
  const flags = flagSettings();
  expect(listed).toEqual(
    settingNames().map((name) => [flags.includes(name) ? flagName(name) : undefined, environmentName(name)]),
  );
  const defaults: Readonly<Record<string, unknown>> = completeSettings({});
  for (const [index, name] of settingNames().entries()) {
    const shown = rows[index]?.[3];
    const real = defaults[name];
    if (name === 'webDir') expect(String(real).endsWith(`/${shown}`)).toBe(true);
    else expect(shown).toBe(real === undefined ? undefined : String(real));
  }
});
