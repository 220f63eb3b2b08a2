/** Addresses and conversations as people name them in arguments. */
import type { ConversationSummary } from '@sotto/client/api';
import { Failure } from './problems.ts';
import type { OpenProfile, SignedInSession } from './profile.ts';

/** A name alone is at the own server. */
export function fullAddress(text: string, session: SignedInSession): string {
  const address = text.trim().toLowerCase();
  return address.includes('@') ? address : address + session.address.slice(session.address.indexOf('@'));
}

/** By its id, or by the address or name of the other person. */
export async function findConversation(
  profile: OpenProfile,
  session: SignedInSession,
  target: string,
): Promise<ConversationSummary | undefined> {
  const all = await profile.value('conversations', null);
  const address = fullAddress(target, session);
  return all.find((one) => one.id === target) ?? all.find((one) => one.with.address === address);
}

/** Throws `unknown_conversation`. */
export async function requireConversation(
  profile: OpenProfile,
  session: SignedInSession,
  target: string,
): Promise<ConversationSummary> {
  const found = await findConversation(profile, session, target);
  if (found !== undefined) return found;
  throw new Failure(
    'unknown_conversation',
    `There is no conversation with ${target} on this device. To start one: sotto new ADDRESS`,
  );
}
