/**
 * The authentication service (RFC 9420 section 5.3.1) of a server that follows a group: a leaf is a device that its
 * account's newest state lists, by the rules that members judge by too. They do so by states that they have verified
 * themselves and believe nothing of this; here it keeps an honest device from making a commit that they will ignore.
 */
import { wireErrorOf } from '@sotto/contract';
import { copyBytes, equalBytes } from '@sotto/crypto/public';
import type { AuthenticationService } from '@sotto/mls/public';
import {
  type Credential,
  type DirectAccounts,
  decodeCredential,
  judgeLeaves,
  type KnownAccount,
} from '@sotto/protocol/public';
import type { Tables } from '../../platform/database/database.ts';
import { credentialOf, identityOf } from './leaves.ts';

/** Nobody is judged: for a group whose members were judged when they came. */
export const JUDGED_BEFORE: AuthenticationService = { authenticate: ({ role }) => role === 'member' };

/**
 * Throws `state_conflict` for a device that its account does not list, or certified by a state that is not here yet:
 * the account has changed meanwhile.
 */
export function judging(tables: Tables, accounts: DirectAccounts): AuthenticationService {
  return {
    async authenticate(request) {
      const identity = identityOf(request);
      const credential = identity === undefined ? undefined : decodeCredential(identity);
      if (request.role !== 'member' || identity === undefined || credential === undefined) return false;
      const { previous } = request;
      if (previous !== undefined) {
        const before = credentialOf(previous);
        if (before === undefined || !succeeds(credential, before)) return false;
        // A member that renews its keys, and says of itself what it said before.
        if (credential.state.number === before.state.number) {
          return equalBytes(credential.state.hash, before.state.hash);
        }
      }
      const known = await accountOf(tables, credential);
      const leaf = { leaf: 0, identity, signatureKey: copyBytes(request.signatureKey) };
      const [judgement] = judgeLeaves([leaf], { accounts, known: () => known });
      const verdict = judgement?.verdict;
      if (verdict === 'device-removed' || verdict === 'newer-state') throw wireErrorOf('state_conflict');
      return verdict === 'ok';
    },
  };
}

/** The same device, by the same or a later state of its account. */
function succeeds(now: Credential, before: Credential): boolean {
  const same = now.accountId === before.accountId && now.deviceId === before.deviceId;
  return same && now.state.number >= before.state.number;
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
