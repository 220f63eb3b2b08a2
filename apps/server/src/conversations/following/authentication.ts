/**
 * The authentication service (RFC 9420 section 5.3.1) of a server that follows a group: a leaf is a device that its
 * account's newest state lists, by the rules that members judge by too. They do so by states that they have verified
 * themselves and believe nothing of this; here it keeps an honest device from making a commit that they will ignore.
 */
import { wireErrorOf } from '@sotto/contract';
import { copyBytes, equalBytes } from '@sotto/crypto/public';
import type { AuthenticationRequest, AuthenticationService } from '@sotto/mls/public';
import {
  type AccountId,
  type Credential,
  type DirectAccounts,
  decodeCredential,
  judgeLeaves,
  type KnownAccount,
} from '@sotto/protocol/public';
import type { Tables } from '../../platform/database/database.ts';
import { identityOf } from './leaves.ts';

/** Nobody is judged: for a group whose members were judged when they came. */
export const JUDGED_BEFORE: AuthenticationService = { authenticate: ({ role }) => role === 'member' };

/**
 * Throws `state_conflict` for a device that its account does not list, or certified by a state that is not here yet:
 * the account has changed meanwhile.
 * @param seen the newest state of the account that a leaf of the group names
 */
export function judging(
  tables: Tables,
  accounts: DirectAccounts,
  seen: (account: AccountId) => number | undefined,
): AuthenticationService {
  return {
    async authenticate(request) {
      const identity = identityOf(request);
      const credential = identity === undefined ? undefined : decodeCredential(identity);
      if (request.role !== 'member' || identity === undefined || credential === undefined) return false;
      if (isUnchanged(request)) return true;
      const known = await accountOf(tables, credential);
      const leaf = { leaf: 0, identity, signatureKey: copyBytes(request.signatureKey) };
      const [judgement] = judgeLeaves([leaf], { accounts, known: () => known, seen });
      const verdict = judgement?.verdict;
      if (verdict === 'device-removed' || verdict === 'newer-state') throw wireErrorOf('state_conflict');
      return verdict === 'ok';
    },
  };
}

/** A member that renews its keys says of itself what it said before. */
function isUnchanged({ credential, signatureKey, previous }: AuthenticationRequest): boolean {
  if (previous === undefined || !equalBytes(previous.signatureKey, signatureKey)) return false;
  const [before, now] = [identityOf(previous), identityOf({ credential })];
  return before !== undefined && now !== undefined && equalBytes(before, now);
}

/** What the server knows of the account, as far as this credential asks. Undefined for none of this server. */
async function accountOf(
  tables: Tables,
  { accountId, state }: Credential,
): Promise<KnownAccount | undefined> {
  const account = await tables
    .selectFrom('accounts')
    .leftJoin('states', (join) =>
      join.onRef('states.account', '=', 'accounts.id').on('states.number', '=', state.number),
    )
    .select(['newest', 'hash'])
    .where('id', '=', accountId)
    .executeTakeFirst();
  if (account === undefined) return undefined;
  const devices = await tables
    .selectFrom('devices')
    .select(['id', 'public_key as key'])
    .where('account', '=', accountId)
    .where('status', '!=', 'removed')
    .execute();
  return { accountId, number: account.newest, hashOf: () => account.hash ?? undefined, devices };
}
