import type { Verification } from '@sotto/client/api';

/** What is true of a conversation's privacy, above its first line: no more than was verified. */
export function privacyOf(verification: Verification, name: string): string {
  switch (verification) {
    case 'verified':
      return `Only you and ${name} can read this conversation`;
    case 'unverified':
      return `Encrypted end to end. Verify ${name} to be sure that nobody stands between you.`;
    case 'changed':
      return 'Encrypted end to end';
  }
}
