/** Standard input where it is no terminal: read line by line, or the rest of it at once. */
import { Failure } from './problems.ts';

export class Input {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
  #text = '';
  #ended = false;

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** The next line without its end; undefined after the last one. */
  async line(): Promise<string | undefined> {
    while (!this.#text.includes('\n') && !this.#ended) await this.#more();
    if (this.#text === '') return undefined;
    const end = this.#text.indexOf('\n');
    const line = end < 0 ? this.#text : this.#text.slice(0, end);
    this.#text = end < 0 ? '' : this.#text.slice(end + 1);
    return line.replace(/\r$/, '');
  }

  /** All that was not read yet. */
  async rest(): Promise<string> {
    while (!this.#ended) await this.#more();
    const text = this.#text;
    this.#text = '';
    return text;
  }

  /** Reads no further, so that the program can end while the other side keeps the pipe open. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async #more(): Promise<void> {
    const { done, value } = await this.#chunks.next();
    this.#ended = done === true;
    try {
      this.#text += done ? this.#decoder.decode() : this.#decoder.decode(value, { stream: true });
    } catch {
      throw new Failure('input_not_text', 'Standard input is not text in UTF-8.');
    }
  }
}
