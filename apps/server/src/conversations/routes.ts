/** The routes of conversations (packages/contract/src/conversations/routes.ts). */
import { conversations, LIMITS } from '@sotto/contract';
import { implement, type Routing } from '../platform/http/implement.ts';
import type { Platform } from '../platform/platform.ts';
import type { Streams } from '../streams/streams.ts';
import { commit } from './commits.ts';
import type { Follower } from './following/follower.ts';
import { createGroup, getGroupInfo, listGroups } from './groups.ts';
import { claimKeyPackages, publishKeyPackages } from './key-packages.ts';

/** Room for a list of members, and for the names of the fields. */
const MEMBERS = 160 * 1_024;
const GROUP = Math.ceil((2 * LIMITS.handshake * 4) / 3) + MEMBERS;
const COMMIT = Math.ceil((3 * LIMITS.handshake * 4) / 3) + MEMBERS;
const KEY_PACKAGES = Math.ceil(((LIMITS.keyPackages + 1) * LIMITS.keyPackage * 4) / 3) + 4_096;

export function conversationRoutes(
  routing: Routing,
  platform: Platform,
  streams: Streams,
  follower: Follower,
): void {
  implement(
    routing,
    conversations.publishKeyPackages,
    async ({ caller, body }) => ({ waiting: await publishKeyPackages(platform, caller, body) }),
    { bodyLimit: KEY_PACKAGES },
  );
  implement(routing, conversations.claimKeyPackages, async ({ body }) => ({
    packages: await claimKeyPackages(platform, streams, body.accountId),
  }));
  implement(
    routing,
    conversations.createGroup,
    async ({ caller, body }) => {
      await createGroup(platform, streams, follower, caller, body);
      return {};
    },
    { bodyLimit: GROUP },
  );
  implement(
    routing,
    conversations.commit,
    async ({ caller, body }) => ({ number: await commit(platform, streams, follower, caller, body) }),
    { bodyLimit: COMMIT },
  );
  implement(routing, conversations.listGroups, async ({ caller }) => await listGroups(platform, caller));
  implement(
    routing,
    conversations.getGroupInfo,
    async ({ caller, body }) => await getGroupInfo(platform, caller, body.groupId),
  );
}
