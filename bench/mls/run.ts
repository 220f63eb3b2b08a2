/**
 * `npm run bench -- mls [SIZE...] [--hybrid]`: both engines in one process, one after the other, the same
 * steps; medians of several runs where a step can be repeated. Milliseconds unless the row says otherwise.
 */
import { SUITES } from '@sotto/mls';
import { type Engine, median } from './engine.ts';
import { ours } from './ours.ts';
import { tsMls } from './ts-mls.ts';

type Row = Readonly<Record<string, number | undefined>>;

async function measure(engine: Engine, size: number, populate: boolean): Promise<Row> {
  // Once small, so that neither engine is measured while its code is being compiled.
  await engine.setUp(20);
  const { addAll, join } = await engine.setUp(size);
  if (populate) await engine.populate(Math.min(size, 16));
  const rounds = size > 500 && engine.name === 'ts-mls' ? 5 : 7;
  const created: number[] = [];
  const processed: number[] = [];
  await engine.commit();
  for (let i = 0; i < rounds; i++) {
    const round = await engine.commit();
    created.push(round.created);
    processed.push(round.processed);
  }
  const adding: number[] = [];
  for (let i = 0; i < 3; i++) adding.push(await engine.addOne());
  await engine.messages(20);
  const { encrypt, decrypt } = await engine.messages(200);
  return {
    'add all at once': addAll,
    join,
    'create a commit': median(created),
    'process a commit': median(processed),
    'add one': median(adding),
    'encrypt 1 KiB': encrypt,
    'decrypt 1 KiB': decrypt,
    'state, kB': engine.stored() / 1000,
    'journal of one message, kB': ((await engine.journal()) ?? Number.NaN) / 1000,
  };
}

function show(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '–';
  return value >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(2) : value.toFixed(3);
}

function print(title: string, own: Row, peer: Row | undefined): void {
  process.stdout.write(`\n${title}\n`);
  const header = ['', '@sotto/mls', 'ts-mls', 'times'];
  const lines = Object.keys(own).map((name) => {
    const [a, b] = [own[name], peer?.[name]];
    const ratio = a === undefined || b === undefined || Number.isNaN(b) ? undefined : b / a;
    return [name, show(a), show(b), show(ratio)];
  });
  for (const [name = '', ...cells] of [header, ...lines]) {
    process.stdout.write(`${name.padEnd(28)}${cells.map((cell) => cell.padStart(12)).join('')}\n`);
  }
}

const args = process.argv.slice(2);
const isHybrid = args.includes('--hybrid');
const sizes = args.filter((argument) => /^\d+$/.test(argument)).map(Number);
const suiteId = isHybrid ? 0xf042 : 1;
const peerName = isHybrid
  ? 'MLS_256_XWING_AES256GCM_SHA512_Ed25519'
  : 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519';
process.stdout.write(
  `${SUITES.find(({ id }) => id === suiteId)?.name} beside ts-mls 1.6.4, ${peerName}, Node ${process.version}\n`,
);
for (const size of sizes.length > 0 ? sizes : [2, 10, 100, 1000, 10_000]) {
  const populate = size > 2;
  const own = await measure(ours(suiteId), size, populate);
  // ts-mls adds in quadratic time: ten thousand would take minutes.
  const peer = size > 1000 ? undefined : await measure(await tsMls(peerName), size, populate);
  print(`${size} members`, own, peer);
}
