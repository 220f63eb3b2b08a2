/** The letters of a seeded world: some are lost, the others reach those for whom they are in any order, or never. */
import { expect } from 'vitest';
import { encryptApplication, processMessage } from '../../src/index.ts';
import { pick, text, utf8 } from '../kit/seeded.ts';
import { intercept } from '../kit/thief.ts';
import type { Community } from './community.ts';
import { type Client, isMeant, type Letter } from './inhabitants.ts';

export class Post {
  readonly #community: Community;
  /** On their way. */
  readonly #letters: Letter[] = [];
  /** Not tried yet by those for whom they are not. */
  #written: Letter[] = [];

  constructor(community: Community) {
    this.#community = community;
  }

  /** What was written since this was last asked. */
  takeWritten(): readonly Letter[] {
    const written = this.#written;
    this.#written = [];
    return written;
  }

  async send(): Promise<void> {
    const community = this.#community;
    const { counts, clients, random } = community;
    const client = community.any();
    // Some are as far as the sender.
    for (let i = 0; i < 3; i++) await community.catchUp(community.any(), client.position);
    if (!clients.includes(client)) return;
    const letter = await this.write(client);
    if (pick(random, 5) === 0) counts.lost++;
    else this.#letters.push(letter);
  }

  async write(sender: Client): Promise<Letter> {
    const community = this.#community;
    const words = `letter ${community.counts.letters++}`;
    const { env } = sender.person;
    const { bytes, state } = await encryptApplication(env, sender.state, utf8(words), {
      paddedLength: 256,
      despiteProposals: true,
    });
    const intercepted = await intercept(env, sender.state, bytes);
    await community.use(sender, bytes, state);
    const isAstray = sender.until !== undefined;
    const letter = { bytes, intercepted, text: words, sender, leaf: state.ownLeaf, isAstray };
    this.#written.push(letter);
    return letter;
  }

  /** A random waiting letter reaches a few of those for whom it is, in any order. */
  async deliver(): Promise<void> {
    const { clients, random } = this.#community;
    const [letter] = this.#letters.splice(pick(random, Math.max(1, this.#letters.length)), 1);
    if (letter === undefined) return;
    for (const client of clients) {
      const hasReached = client.state.group.context.epoch >= letter.intercepted.context.epoch;
      if (client === letter.sender || !isMeant(client, letter) || !hasReached) continue;
      if (pick(random, 3) === 0) await this.read(client, letter);
    }
  }

  async read(client: Client, letter: Letter): Promise<void> {
    const { env } = client.person;
    const community = this.#community;
    const age = client.state.group.context.epoch - letter.intercepted.context.epoch;
    const attempt = processMessage(env, client.state, letter.bytes);
    if (age > 3n) {
      await expect(attempt).rejects.toMatchObject({ code: 'epoch-forgotten' });
      return;
    }
    const received = await attempt;
    if (received.kind !== 'application') throw new Error('not a letter');
    expect(text(received.data)).toBe(letter.text);
    expect(received.sender.leafIndex).toBe(letter.leaf);
    await community.use(client, letter.bytes, received.state);
    community.counts.read++;
    await expect(processMessage(env, received.state, letter.bytes)).rejects.toMatchObject({
      code: 'generation-consumed',
    });
  }
}
