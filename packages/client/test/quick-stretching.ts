/**
 * In the place of src/identity/stretching.ts in the tests of this package (vitest.config.ts), which use passwords two
 * hundred times: a thousandth of the work. The command line, journeys, and programs that tests start stretch in full.
 */
export const KEY_STRETCHING = {
  'argon2id-custom': { iterations: 1, memory: 64, parallelism: 1 },
} as const;
