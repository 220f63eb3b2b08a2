/** Checks the boundaries of this checkout and says what breaks them. */
import { ROOT } from '../ground/files.mjs';
import { checkBoundaries } from './check.ts';

const { files, imports, violations } = await checkBoundaries(ROOT);
for (const { rule, file, why } of violations) console.log(`${rule}: ${file} ${why}`);
console.log(`${files} files, ${imports} imports, ${violations.length} violations`);
process.exitCode = violations.length === 0 ? 0 : 1;
