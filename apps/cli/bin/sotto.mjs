#!/usr/bin/env node
/** The command line: starts src/main.ts on Node 24, whichever Node runs this. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNode, NodeMissing, runSources } from './node24.mjs';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

const command = process.env.npm_command === 'exec' ? 'npx sotto' : 'sotto';

try {
  process.exitCode = await runSources(findNode(dirname(main)), main, process.argv.slice(2), command);
} catch (error) {
  if (!(error instanceof NodeMissing)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
