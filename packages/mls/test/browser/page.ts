/** Runs in a browser, from `page-server.ts`: every check, then one report. */
import { universalProvider } from '../../src/index.ts';
import { Fields, type Json } from '../../vectors/fields.ts';
import { runText } from '../../vectors/text.ts';
import { ESSENTIAL_SUITES, essentialScenario } from './essentials.ts';
import type { PageReport } from './report.ts';

const checks: PageReport['checks'][number][] = [];

async function check(title: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
    checks.push({ title });
  } catch (error) {
    checks.push({
      title,
      error: error instanceof Error ? `${error.message}\n${error.stack}` : String(error),
    });
  }
}

async function vectors(file: string): Promise<void> {
  const response = await fetch(`/vectors/${file}`);
  const { passed, failed, skipped, failures } = await runText(await response.text(), file, universalProvider);
  if (failed + skipped > 0 || passed === 0) throw new Error(failures.join('\n') || 'cases were skipped');
}

for (const suite of ESSENTIAL_SUITES) await check(`suite ${suite}`, () => essentialScenario(suite));
const listing: Json = JSON.parse(await (await fetch('/vectors')).text());
for (const file of new Fields(listing).list('files').map(String)) await check(file, () => vectors(file));
const report: PageReport = { userAgent: navigator.userAgent, checks };
await fetch('/report', { method: 'POST', body: JSON.stringify(report) });
