/**
 * All that the command line writes and reads: the one module that touches the streams of the process. Whatever is written
 * passes through visible.ts, so that no text of others reaches the terminal as a command to it; styles are added
 * after that, and only on a terminal that wants them.
 */
import { createInterface } from 'node:readline';
import { type Readable, Writable } from 'node:stream';
import { styleText } from 'node:util';
import { Input } from './input.ts';
import { Cancelled } from './problems.ts';
import { escapeJson, safeJson, visible } from './visible.ts';

type Style = 'bold' | 'dim' | 'yellow' | 'blackOnWhite';
export type Part = string | { readonly text: string; readonly style: Style };

const FORMATS = {
  bold: ['bold'],
  dim: ['dim'],
  yellow: ['yellow'],
  blackOnWhite: ['black', 'bgWhiteBright'],
} as const satisfies Record<Style, readonly Parameters<typeof styleText>[0][number][]>;

type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** Those of a process, or others that stand for them. */
export interface Streams {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
}

export class Terminal {
  /** Aborts when nobody reads standard output any more. */
  readonly gone: AbortSignal;
  readonly #streams: Streams;
  readonly #input: Input;

  constructor(streams: Streams) {
    this.#streams = streams;
    this.#input = new Input(streams.stdin);
    const gone = new AbortController();
    this.gone = gone.signal;
    for (const stream of [streams.stdout, streams.stderr]) stream.on('error', () => gone.abort());
  }

  /** Columns of the terminal that standard output is; undefined where it is none. */
  get width(): number | undefined {
    const { isTTY, columns = 0 } = this.#streams.stdout;
    return isTTY && columns > 0 ? columns : undefined;
  }

  /** Whether standard output is looked at by a person. */
  get shown(): boolean {
    return this.#streams.stdout.isTTY === true;
  }

  /** Whether a person sits here who can be asked. */
  get interactive(): boolean {
    return this.#streams.stdin.isTTY === true && this.#streams.stderr.isTTY === true;
  }

  /** Whether standard error is read by a person. */
  get logsToTerminal(): boolean {
    return this.#streams.stderr.isTTY === true;
  }

  /** Writes a line to standard output. */
  line(...parts: readonly Part[]): void {
    this.#write(this.#streams.stdout, parts);
  }

  /** Writes a line to standard error: what is not the result of the command. */
  note(...parts: readonly Part[]): void {
    this.#write(this.#streams.stderr, parts);
  }

  /** Writes a value to standard output, as JSON on one line. */
  json(value: unknown): void {
    this.#put(this.#streams.stdout, `${safeJson(value)}\n`);
  }

  /** The same to standard error. */
  jsonNote(value: unknown): void {
    this.#put(this.#streams.stderr, `${safeJson(value)}\n`);
  }

  /** Writes lines that are JSON already. */
  jsonLines(lines: string): void {
    this.#put(this.#streams.stdout, escapeJson(lines));
  }

  /** Writes lines of a log, which are JSON already, to standard error. */
  log(lines: string): void {
    this.#put(this.#streams.stderr, escapeJson(lines));
  }

  /** Asks the person for a line. Throws {@link Cancelled}. */
  ask(question: string, options: { hidden?: boolean } = {}): Promise<string> {
    const { stdin, stderr } = this.#streams;
    const hidden = options.hidden === true;
    const output = hidden ? new Writable({ write: (_chunk, _encoding, done) => done() }) : stderr;
    const reader = createInterface({ input: stdin, output, terminal: true, historySize: 0 });
    return new Promise((resolve, reject) => {
      reader.once('SIGINT', () => reader.close());
      reader.once('close', () => {
        if (hidden) stderr.write('\n');
        reject(new Cancelled());
      });
      // Only now, when the terminal has stopped to show what is typed.
      if (hidden) stderr.write(visible(question));
      reader.question(hidden ? '' : visible(question), (line) => {
        resolve(line);
        reader.close();
      });
    });
  }

  /** The next line of standard input, where that is no terminal; undefined after the last one. */
  inputLine(): Promise<string | undefined> {
    return this.#input.line();
  }

  /** All of standard input that was not read yet; on a terminal until Ctrl-D. */
  inputRest(): Promise<string> {
    return this.#input.rest();
  }

  /** Lets the program end. */
  async close(): Promise<void> {
    await this.#input.close();
  }

  #write(stream: Output, parts: readonly Part[]): void {
    const text = parts.map((part) => {
      if (typeof part === 'string') return visible(part);
      return styleText([...FORMATS[part.style]], visible(part.text), { stream });
    });
    this.#put(stream, `${text.join('')}\n`);
  }

  #put(stream: Output, text: string): void {
    if (!this.gone.aborted) stream.write(text);
  }
}

export function bold(text: string): Part {
  return { text, style: 'bold' };
}

export function dim(text: string): Part {
  return { text, style: 'dim' };
}

/** For what the person should not overlook. */
export function warning(text: string): Part {
  return { text, style: 'yellow' };
}
