/** Who must not read: former members, newcomers, and those outside, who know no more of the group than is public. */
import { expect } from 'vitest';
import {
  type ActiveGroup,
  type Environment,
  followFromGroupInfo,
  followMessage,
  type GroupState,
  MlsError,
  type PublicGroup,
  processMessage,
} from '../../src/index.ts';
import { groupOf, type Person } from '../kit/seeded.ts';
import { openedByTrees } from '../kit/thief.ts';
import { type Client, type Counts, type Entry, fail, isMeant, type Letter } from './inhabitants.ts';

/** Somebody outside: has keys of a group of its own, and follows the public part of this one. */
export class Stranger {
  readonly person: Person;
  readonly #suiteId: number;
  #own: ActiveGroup | undefined;
  #group: PublicGroup | undefined;
  #position = 0;

  constructor(person: Person, suiteId: number) {
    this.person = person;
    this.#suiteId = suiteId;
  }

  /** Follows the log as far as it is public, and says whether that was all of it. */
  async follow(log: readonly Entry[], counts: Counts): Promise<boolean> {
    for (const { bytes, isCommit } of log.slice(this.#position)) {
      this.#group = this.#group && (await this.#next(this.#group, bytes));
      if (this.#group === undefined) return false;
      if (isCommit) counts.followed++;
    }
    this.#position = log.length;
    return this.#group !== undefined;
  }

  /** `undefined` for what is private, or refers to what was. */
  async #next(group: PublicGroup, bytes: Uint8Array): Promise<PublicGroup | undefined> {
    try {
      return (await followMessage(this.person.env, group, bytes)).group;
    } catch (error) {
      const codes = ['invalid-argument', 'wrong-epoch', 'proposal-unknown'];
      if (error instanceof MlsError && codes.includes(error.code)) return undefined;
      throw error;
    }
  }

  /** Begins anew with what a member hands out. */
  async begin(groupInfo: Uint8Array, log: readonly Entry[]): Promise<void> {
    this.#own ??= await groupOf(this.person, this.#suiteId);
    this.#group = await followFromGroupInfo(this.person.env, groupInfo);
    this.#position = log.length;
  }

  get group(): PublicGroup {
    return this.#group ?? fail();
  }

  /** What is public of the group, with the secrets of its own one. */
  get pretended(): ActiveGroup {
    return { ...(this.#own ?? fail()), group: this.group };
  }
}

/** The letter does not open with anything of the state, not even if its epoch were that of the letter. */
async function expectClosed(env: Environment, state: GroupState, letter: Letter): Promise<void> {
  const { bytes, intercepted } = letter;
  const { context } = intercepted;
  const codes = [await refusal(processMessage(env, state, bytes))];
  if (state.status === 'active') {
    const pretended = { ...state, group: { ...state.group, context } };
    codes.push(await refusal(processMessage(env, pretended, bytes)));
  }
  for (const code of codes) expect(CLOSED).toContain(code);
  expect(await openedByTrees(env, state, [intercepted])).toEqual([]);
}

const CLOSED: readonly string[] = ['decryption-failed', 'epoch-forgotten', 'wrong-epoch'];

/** The code of the error that must come. */
function refusal(reading: Promise<unknown>): Promise<string> {
  return reading.then(
    () => 'read',
    (error: unknown) => {
      if (error instanceof MlsError) return error.code;
      throw error;
    },
  );
}

/** Everyone who is not in the audience of a letter tries it. */
export async function expectUnread(
  letters: readonly Letter[],
  clients: readonly Client[],
  strangers: readonly Stranger[],
  counts: Counts,
): Promise<void> {
  for (const letter of letters) {
    for (const client of clients) {
      if (isMeant(client, letter)) continue;
      await expectClosed(client.person.env, client.state, letter);
      if (client.until === undefined) counts.newcomers++;
      else counts.formers++;
    }
    for (const { person, pretended } of strangers) {
      await expectClosed(person.env, pretended, letter);
      counts.outsiders++;
    }
  }
}
