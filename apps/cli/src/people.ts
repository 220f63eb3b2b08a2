/** Addresses and conversations as people name them in arguments. */
import type { ConversationSummary } from '@sotto/client/api';
import { Failure } from './problems.ts';
import type { OpenProfile, SignedInSession } from './profile.ts';

/** A name alone is at the own server. Throws `other_server`. */
export function fullAddress(text: string, session: SignedInSession): string {
  const address = text.trim().toLowerCase();
  const own = domainOf(session.address);
  if (!address.includes('@')) return `${address}@${own}`;
  if (domainOf(address) !== own) throw otherDomain(address, own);
  return address;
}

/**
 * The part before the @ of an address that the server has or could have. Throws `other_server` where the rest is not
 * its domain.
 */
export async function nameAt(profile: OpenProfile, address: string): Promise<string> {
  const [name = '', domain] = address.trim().toLowerCase().split('@');
  const info = await profile.serverInfo();
  if (domain !== undefined && domain !== info.domain) {
    throw otherDomain(
      address,
      info.domain,
      ` This is ${profile.server}; name another server with --server URL.`,
    );
  }
  return name;
}

function domainOf(address: string): string {
  return address.slice(address.indexOf('@') + 1);
}

function otherDomain(address: string, own: string, more = ''): Failure {
  return new Failure(
    'other_server',
    `This server only knows addresses that end in @${own}, and not ${address}.${more}`,
  );
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
    `There is no conversation with ${target} on this device. To start one: ${profile.command} new ADDRESS`,
  );
}
