/**
 * In the place of src/identity/password-stretching.ts in the tests of this package (vitest.config.ts), which use
 * passwords two hundred times: a fraction of the work. The command line, journeys, and programs that tests start stretch
 * in full, and packages/testkit/src/stretching.test.ts sees that the client asks for that.
 */
export const KEY_STRETCHING = {
  'argon2id-custom': { iterations: 1, memory: 64, parallelism: 1 },
} as const;
