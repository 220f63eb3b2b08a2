/** `npm run vectors -- DIR [--universal]`: exit status 1 when a case or a file failed, or there was none. */
import { resolve } from 'node:path';
import { nodeProvider } from '../src/crypto/node/index.ts';
import { universalProvider } from '../src/crypto/universal/index.ts';
import { runFolder } from './runner.ts';

const args = process.argv.slice(2);
const folder = args.find((argument) => !argument.startsWith('--'));
if (folder === undefined) {
  process.stderr.write('Usage: npm run vectors -- DIR [--universal]\n');
  process.exit(2);
}
// npm runs this in the package; INIT_CWD is where the person stood.
const path = resolve(process.env.INIT_CWD ?? process.cwd(), folder);
const results = await runFolder(path, args.includes('--universal') ? universalProvider : nodeProvider);
const total = { passed: 0, failed: 0, skipped: 0 };
for (const { file, passed, failed, skipped, failures } of results) {
  process.stdout.write(`${file}: ${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  for (const failure of failures.slice(0, 20)) process.stdout.write(`  ${failure}\n`);
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
}
process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
