/** `bench/results.md`: one section for each benchmark, replaced when it runs again. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';

const FILE = new URL('./results.md', import.meta.url);
const HEAD = '# Measured\n\nRatios are firmer than absolute figures: machines differ, and share.\n';

/** @param rows a name and its values; @param command what anybody runs to measure it again */
export function record(
  title: string,
  command: string,
  rows: readonly (readonly string[])[],
  columns: readonly string[] = ['', ''],
): void {
  const machine = `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${process.versions.node}`;
  const table = [columns, columns.map(() => '---'), ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
  const section = `## ${title}\n\n\`${command}\` · ${new Date().toISOString().slice(0, 10)} · ${machine}\n\n${table}\n`;
  const text = existsSync(FILE) ? readFileSync(FILE, 'utf8') : HEAD;
  const [head = HEAD, ...sections] = text.split(/^(?=## )/m);
  const others = sections.filter((one) => !one.startsWith(`## ${title}\n`));
  const ordered = [...others, section].sort().map((one) => one.trimEnd());
  writeFileSync(FILE, `${head.trimEnd()}\n\n${ordered.join('\n\n')}\n`);
  process.stdout.write(`\n${section}`);
}

/** The value below which a share of the sorted samples lies. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}
