/**
 * `npm run bench -- mls [SIZE...]`: this engine beside ts-mls 1.6.4 in one process, in groups of several sizes; then
 * by itself with the hybrid suite, and with the provider that browsers use. Sizes given are measured and not recorded.
 */
import { HYBRID_SUITE_ID, universalProvider } from '@sotto/mls';
import { nodeProvider } from '@sotto/mls/node';
import { record } from '../results.ts';
import { type Figures, measure } from './measure.ts';
import { ours } from './ours.ts';
import { tsMls } from './ts-mls.ts';

const SUITE_ID = 1;
const SUITE_NAME = 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519';
const SIZES = [2, 10, 100, 1000, 10_000];
/** ts-mls adds in quadratic time: ten thousand would take it minutes. */
const LARGEST_FOR_BOTH = 1000;

interface Column {
  readonly title: string;
  readonly own: Figures;
  readonly peer?: Figures | undefined;
}

function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(2) : value.toFixed(3);
}

/** The figure, and beside it that of ts-mls and how many times larger it is. */
function cell(name: string, { own, peer }: Column): string {
  const [value, other] = [own.get(name), peer?.get(name)];
  if (value === undefined) return '–';
  if (other === undefined) return digits(value);
  const times = other / value;
  return `${digits(value)} : ${digits(other)}, ${times >= 10 ? times.toFixed(0) : times.toFixed(1)} times`;
}

function rows(columns: readonly Column[]): readonly (readonly string[])[] {
  const names = [...(columns[0]?.own.keys() ?? [])];
  return names.map((name) => [name, ...columns.map((column) => cell(name, column))]);
}

function show(columns: readonly Column[]): void {
  process.stdout.write(`${columns.map(({ title }) => title).join(' | ')}\n`);
  for (const row of rows(columns)) process.stdout.write(`${row.join(' | ')}\n`);
}

async function besidePeer(size: number): Promise<Column> {
  const engines = [ours(SUITE_ID, nodeProvider)];
  if (size <= LARGEST_FOR_BOTH) engines.push(await tsMls(SUITE_NAME));
  const [own = new Map(), peer] = await measure(engines, size);
  const column = { title: size.toLocaleString('en'), own, peer };
  show([column]);
  return column;
}

async function alone(title: string, engine: ReturnType<typeof ours>): Promise<Column> {
  const [own = new Map()] = await measure([engine], 1000);
  const column = { title, own };
  show([column]);
  return column;
}

const sizes = process.argv.slice(2).map(Number);
if (!sizes.every((size) => Number.isInteger(size) && size > 1)) {
  throw new Error('Usage: npm run bench -- mls [SIZE...], each SIZE a number of members from 2 up.');
}
const columns: Column[] = [];
for (const size of sizes.length > 0 ? sizes : SIZES) columns.push(await besidePeer(size));
if (sizes.length === 0) {
  record(
    'MLS beside ts-mls 1.6.4, by members; milliseconds of ours : theirs',
    'npm run bench -- mls',
    rows(columns),
    ['', ...columns.map(({ title }) => title)],
  );
  const others = [
    await alone('hybrid suite', ours(HYBRID_SUITE_ID, nodeProvider)),
    await alone('provider for browsers, in Node', ours(SUITE_ID, universalProvider)),
  ];
  record('MLS at 1,000 members, otherwise; milliseconds', 'npm run bench -- mls', rows(others), [
    '',
    ...others.map(({ title }) => title),
  ]);
}
