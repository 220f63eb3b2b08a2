/** Hands messages over one after another, so that somebody may write the next before the last one is taken. */
export class Sending {
  readonly #waiting: string[] = [];
  readonly #take: (text: string) => Promise<boolean>;
  readonly #giveBack: (text: string) => void;
  #going = Promise.resolve();

  /** `take` says whether a message was taken; `giveBack` gets what was not, with all that was to follow it, by lines. */
  constructor(take: (text: string) => Promise<boolean>, giveBack: (text: string) => void) {
    this.#take = take;
    this.#giveBack = giveBack;
  }

  /** Resolves when nothing waits any more. */
  add(text: string): Promise<void> {
    this.#waiting.push(text);
    if (this.#waiting.length === 1) this.#going = this.#goOn();
    return this.#going;
  }

  async #goOn(): Promise<void> {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (await this.#take(next)) this.#waiting.shift();
      else this.#giveBack(this.#waiting.splice(0).join('\n'));
    }
  }
}
