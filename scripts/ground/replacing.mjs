/** Which files put modules of their own in the place of others, and so have modules loaded anew before them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @param {string} root
 * @param {string} file relative to `root`
 */
export function replacesModules(root, file) {
  return /\bvi\s*\.\s*(mock|doMock|resetModules)\b/.test(readFileSync(join(root, file), 'utf8'));
}
