/** Followers for tests: one that notes why it refuses, and one that believes everything. */
import { hasCode } from '@sotto/crypto';
import { MlsError } from '@sotto/mls';
import type { Change, Creation, Follower, Submission } from '../src/conversations/following/follower.ts';
import { PublicFollower } from '../src/conversations/following/public-follower.ts';
import type { Platform } from '../src/platform/platform.ts';

/** Follows as an honest server does, and keeps the reason of the last refusal: `ours` where the engine gave none. */
export class WatchedFollower implements Follower {
  reason: string | undefined;
  readonly #honest: Follower;

  constructor(platform: Platform) {
    this.#honest = new PublicFollower(platform);
  }

  begin(creation: Creation): Promise<void> {
    return this.#watching(() => this.#honest.begin(creation));
  }

  follow(submission: Submission): Promise<Change> {
    return this.#watching(() => this.#honest.follow(submission));
  }

  async #watching<T>(work: () => Promise<T>): Promise<T> {
    this.reason = undefined;
    try {
      return await work();
    } catch (error) {
      if (hasCode(error, 'handshake_invalid')) this.reason = reasonOf(error);
      throw error;
    }
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof MlsError ? cause.code : 'ours';
}

/** Looks at nothing, as the server did before it followed groups. */
export const CREDULOUS: Follower = {
  begin: async () => undefined,
  follow: async ({ added, removed }) => ({ added, removed, members: null, taken: () => undefined }),
};
