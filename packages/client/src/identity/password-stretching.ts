/**
 * How a password is stretched: Argon2id with 64 MiB, three passes and four lanes (RFC 9106 section 4, second recommended
 * option), as docs/spec/identity.md has it under the number that `STRETCHING` of the contract gives.
 */
export const KEY_STRETCHING = {
  'argon2id-custom': { iterations: 3, memory: 65_536, parallelism: 4 },
} as const;
