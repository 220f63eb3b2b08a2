/**
 * The real command line over a real server in a process of its own. Commands that end by themselves run in the process of
 * the test, which spares each the start of a program; what serves, is typed at, signalled, or run by a shell has its own.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../src/program.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

export interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** What stands on standard input; it ends at once without. */
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A temporary folder with what a test starts and writes; `end` stops and removes all of it. */
export class Place {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'sotto-cli-'));
  /** Of the server, once it runs. */
  url = '';
  readonly #running = new Set<Running>();

  path(...names: readonly string[]): string {
    return join(this.folder, ...names);
  }

  /** Starts the command line as a program of its own, which may go on until it is stopped. */
  start(args: readonly string[], options: RunOptions = {}): Running {
    const running = new Running(this.#spawn(args, options));
    this.#running.add(running);
    return running;
  }

  /** Runs the command line to its end, in this process, whose working directory and time zone it has. */
  async run(args: readonly string[], options: RunOptions = {}): Promise<Result> {
    // A server that starts although it must not could not be stopped here.
    if (args[0] === 'serve') return this.runAlone(args, options);
    const { input = '', env } = options;
    const [stdin, stdout, stderr] = [
      Readable.from([Buffer.from(input)]),
      new PassThrough(),
      new PassThrough(),
    ];
    const written = Promise.all([text(stdout), text(stderr)]);
    const own = { ...this.environment(), ...env };
    const status = await runProgram({ stdin, stdout, stderr, env: own }, args);
    stdout.end();
    stderr.end();
    const [out, err] = await written;
    return { status, stdout: out, stderr: err };
  }

  /** Runs the command line to its end as a program of its own, which shows that it comes to its end. */
  runAlone(args: readonly string[], { input = '', env }: RunOptions = {}): Promise<Result> {
    const running = this.start(args, env === undefined ? {} : { env });
    running.type(input, { end: true });
    return running.finished();
  }

  /** Starts the server on a port of its choice, or the one that it had before. */
  async serve(...flags: readonly string[]): Promise<Running> {
    const port = this.url === '' ? '0' : new URL(this.url).port;
    const common = ['--port', port, '--host', '127.0.0.1', '--web-dir', this.path('none'), '--json'];
    const server = this.start(['serve', '--data', this.path('data'), ...common, ...LIMITS, ...flags]);
    this.url = JSON.parse(await server.line()).url;
    return server;
  }

  /** A profile in a folder of its own, and what commands on it write. */
  profile(name: string): Profile {
    return new Profile(this, this.path(name));
  }

  async end(): Promise<void> {
    await Promise.all([...this.#running].map((one) => one.stop('SIGKILL')));
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Of the command line here: of the machine's own it gets the path and the cache of compiled sources only. */
  environment(): Record<string, string> {
    return {
      PATH: process.env.PATH ?? '',
      HOME: this.folder,
      TZ: 'UTC',
      NO_COLOR: '1',
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? '',
      NODE_OPTIONS: FLAG,
      CLI_NODE: process.execPath,
      CLI_MAIN: MAIN,
      ...(this.url === '' ? {} : { SOTTO_SERVER: this.url }),
    };
  }

  #spawn(args: readonly string[], { env }: RunOptions): ChildProcess {
    return spawn(process.execPath, [MAIN, ...args], {
      cwd: this.folder,
      env: { ...this.environment(), ...env },
    });
  }
}

const FLAG = '--disable-warning=ExperimentalWarning';

/** Many tests come from one address at once. */
const LIMITS = [
  '--requests-per-minute',
  '100000',
  '--account-requests-per-minute',
  '100000',
  '--sign-ins-per-minute',
  '100000',
];

/** A child process, with what it has written. */
export class Running {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #stdout = '';
  #stderr = '';
  #taken = 0;
  #wake: () => void = () => undefined;

  constructor(child: ChildProcess) {
    this.#child = child;
    this.pid = child.pid ?? 0;
    this.#ended = once(child, 'close');
    child.stdin?.on('error', () => undefined);
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
      this.#wake();
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
      this.#wake();
    });
    child.once('close', () => this.#wake());
  }

  get stderr(): string {
    return this.#stderr;
  }

  get stdout(): string {
    return this.#stdout;
  }

  type(text: string, { end = false } = {}): void {
    this.#child.stdin?.write(text);
    if (end) this.#child.stdin?.end();
  }

  /** The next whole line of standard output. Throws when it has ended before one came. */
  async line(): Promise<string> {
    await this.until(() => this.#stdout.indexOf('\n', this.#taken) >= 0);
    const end = this.#stdout.indexOf('\n', this.#taken);
    const line = this.#stdout.slice(this.#taken, end);
    this.#taken = end + 1;
    return line;
  }

  /** The next line that `wanted` takes, as JSON; those before it are dropped. */
  async object(wanted: (value: Record<string, unknown>) => boolean): Promise<Record<string, unknown>> {
    for (;;) {
      const value = JSON.parse(await this.line());
      if (wanted(value)) return value;
    }
  }

  /** Waits until what it has written is as wanted. */
  async until(wanted: () => boolean): Promise<void> {
    while (!wanted()) {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
        throw new Error(`It ended: ${this.#stdout}${this.#stderr}`);
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async finished(): Promise<Result> {
    await this.#ended;
    return { status: this.#child.exitCode, stdout: this.#stdout, stderr: this.#stderr };
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Result> {
    this.#child.kill(signal);
    return this.finished();
  }
}

/** Commands on one profile. */
export class Profile {
  readonly home: string;
  readonly #place: Place;

  constructor(place: Place, home: string) {
    this.#place = place;
    this.home = home;
  }

  run(args: readonly string[], options: RunOptions = {}): Promise<Result> {
    return this.#place.run([...args, '--home', this.home], options);
  }

  runAlone(args: readonly string[], options: RunOptions = {}): Promise<Result> {
    return this.#place.runAlone([...args, '--home', this.home], options);
  }

  start(args: readonly string[], options: RunOptions = {}): Running {
    return this.#place.start([...args, '--home', this.home], options);
  }

  /** What a command that must not fail writes. */
  async output(args: readonly string[], options: RunOptions = {}): Promise<string> {
    const { status, stdout, stderr } = await this.run(args, options);
    if (status !== 0) throw new Error(`${args.join(' ')}: ${status} ${stderr}`);
    return stdout;
  }

  /** The one JSON document of a command that must not fail. */
  async json(args: readonly string[], options: RunOptions = {}): Promise<unknown> {
    return JSON.parse(await this.output([...args, '--json'], options));
  }

  /** The JSON objects, one a line. */
  async lines(args: readonly string[], options: RunOptions = {}): Promise<Record<string, unknown>[]> {
    const text = await this.output([...args, '--json'], options);
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  }
}

export const PASSWORD = 'ginger otter plays nine violins';

/** How long a test of many processes may take before something hangs, on a machine that is busy. Milliseconds. */
export const LEASH = 120_000;
