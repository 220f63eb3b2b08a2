/** The engine in Firefox, from its sources as they are. Runs where Firefox is installed. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { ESSENTIAL_SUITES } from './essentials.ts';
import { servePage } from './page-server.ts';
import type { PageReport } from './report.ts';

const ROOT = resolve(import.meta.dirname, '../../../..');
const VECTORS = join(process.env.SOTTO_VECTORS ?? join(ROOT, '../shared/vectors'), 'mls');
/** The larger files say the same of more and larger groups. */
const LARGEST_VECTORS = 250_000;
/** Firefox is to do nothing but load the page. */
const PREFERENCES = {
  'app.update.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'http://127.0.0.1:9',
  'toolkit.telemetry.enabled': false,
};

const firefox = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((directory) => [join(directory, 'firefox'), join(directory, 'firefox-esr')])
  .find((path) => existsSync(path));

function vectorTexts(): ReadonlyMap<string, string> {
  if (!existsSync(VECTORS)) return new Map();
  const files = readdirSync(VECTORS).filter((file) => file.endsWith('.json'));
  const texts = files.map((file) => [file, readFileSync(join(VECTORS, file), 'utf8')] as const);
  return new Map(texts.filter(([, text]) => text.length <= LARGEST_VECTORS));
}

/** What the page reports from a Firefox with a profile of its own, which is gone afterwards. */
async function reportFrom(program: string, vectors: ReadonlyMap<string, string>): Promise<PageReport> {
  const profile = mkdtempSync(join(tmpdir(), 'sotto-firefox-'));
  const preferences = Object.entries(PREFERENCES).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
  );
  writeFileSync(join(profile, 'user.js'), preferences.join(''));
  const server = await servePage(vectors);
  const browser = spawn(program, ['--headless', '--no-remote', '--profile', profile, server.url], {
    env: { ...process.env, HOME: profile },
    stdio: 'ignore',
  });
  const ended = new Promise<void>((done) => browser.once('close', () => done()));
  try {
    const tooEarly = ended.then((): never => {
      throw new Error('Firefox ended before the page had reported.');
    });
    return await Promise.race([server.report, tooEarly]);
  } finally {
    browser.kill();
    await ended;
    server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

if (firefox === undefined) {
  test.skip('Firefox is not on the search path', () => undefined);
} else {
  test('Firefox runs every essential scenario and vector', { timeout: 120_000 }, async () => {
    // The control: a file without a case is a failure, so failures do reach us.
    const vectors = new Map([...vectorTexts(), ['control.json', '[]']]);
    const { userAgent, checks } = await reportFrom(firefox, vectors);
    expect(userAgent).toContain('Firefox/');
    const failed = checks.filter(({ error }) => error !== undefined);
    expect(failed).toEqual([{ title: 'control.json', error: expect.stringContaining('no case') }]);
    expect(checks).toHaveLength(ESSENTIAL_SUITES.length + vectors.size);
  });
}
