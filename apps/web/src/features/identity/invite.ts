/**
 * Invite links: `https://server/join#CODE`. The code is a secret and stands in the fragment, which browsers send to
 * nobody; it is taken out of the address bar and the history as soon as it is read, and kept in memory only.
 */
let held = '';

/** The code of an invite link's fragment, or an empty string. */
export function inviteOfFragment(hash: string): string {
  const code = hash.replace(/^#/, '');
  return /^[A-Za-z0-9_-]{1,200}$/.test(code) ? code : '';
}

export function inviteLink(origin: string, code: string): string {
  return `${origin}/join#${code}`;
}

export function holdInvite(code: string): void {
  held = code;
}

export function heldInvite(): string {
  return held;
}
