/** A command of the command line, and how its arguments are read. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import type { Context } from './context.ts';
import { nearest } from './nearest.ts';
import { UsageError } from './problems.ts';

interface Flag {
  readonly type: 'boolean';
  readonly help: string;
}

interface Valued {
  readonly type: 'string';
  /** What stands for the value in the help, as FILE. */
  readonly value: string;
  readonly help: string;
}

export type Options = Readonly<Record<string, Flag | Valued>>;

type Values<O extends Options> = {
  readonly [K in keyof O]?: O[K] extends Valued ? string : boolean;
};

export interface Arguments<O extends Options> {
  readonly values: Values<O>;
  readonly words: readonly string[];
}

interface Specification<O extends Options> {
  readonly name: string;
  readonly summary: string;
  /** Names of the words that follow; one in brackets may be left out. */
  readonly words: readonly string[];
  readonly options: O;
  /** More lines for its own help. */
  readonly details?: readonly string[];
  /** Throws {@link UsageError}, a failure, or what a device's command rejects with. */
  run(context: Context, given: Arguments<O>): Promise<void>;
}

export interface Command extends Omit<Specification<Options>, 'run'> {
  /** @param given of this command, as {@link readArguments} read them */
  start(context: Context, given: Arguments<Options>): Promise<void>;
}

export function defineCommand<const O extends Options>(specification: Specification<O>): Command {
  const { run, ...rest } = specification;
  // What was read by these options is of the type that they say.
  return { ...rest, start: (context, given) => run(context, given as Arguments<O>) };
}

/** What every command takes. */
export const COMMON = {
  home: { type: 'string', value: 'DIR', help: 'folder of the profile (or SOTTO_HOME)' },
  server: { type: 'string', value: 'URL', help: 'the server (or SOTTO_SERVER)' },
  json: { type: 'boolean', help: 'write JSON' },
  help: { type: 'boolean', help: 'say how the command is used' },
} as const satisfies Options;

/** Options of no command, which people might try: other users of this machine can read arguments. */
const SECRETS =
  /^--?(new-?)?(password|passphrase|pass|secret|words|recovery-?(words|code)|code|invite|pin|metrics-token)(=|$)/i;

/** Reads what follows the name of the command. Throws {@link UsageError}, which never repeats a value. */
export function readArguments(
  { name, options, words: expected }: Pick<Command, 'name' | 'options' | 'words'>,
  argv: readonly string[],
): Arguments<Options & typeof COMMON> {
  const all = { ...options, ...COMMON };
  const { values, positionals } = parse(name, argv, all);
  if (values.help === true) return { values, words: positionals };
  const least = expected.filter((word) => !word.startsWith('[')).length;
  if (positionals.length < least) {
    throw new UsageError(`${name} needs ${expected[positionals.length]}.`);
  }
  if (positionals.length > expected.length) throw new UsageError(`${name} was given too many words.`);
  return { values, words: positionals };
}

function parse<O extends Options>(
  name: string,
  argv: readonly string[],
  options: O,
): { values: Values<O>; positionals: string[] } {
  const config: ParseArgsOptionsConfig = Object.fromEntries(
    Object.entries(options).map(([option, { type }]) => [option, { type }]),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options: config, allowPositionals: true });
    // parseArgs has checked each against the type that its option gives.
    return { values: values as Values<O>, positionals };
  } catch (error) {
    throw wrongOption(name, error, Object.keys(options));
  }
}

function wrongOption(name: string, error: unknown, options: readonly string[]): Error {
  if (!(error instanceof TypeError) || !('code' in error)) return new Error('arguments', { cause: error });
  const option = /'(?:-\w, )?(--?[\w-]+)/.exec(error.message)?.[1] ?? 'an option';
  if (error.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const meant = nearest(
      option,
      options.map((one) => `--${one}`),
    );
    return new UsageError(`${name} has no option ${option}.${didYouMean(meant)}`);
  }
  const takes = error.message.includes('does not take') ? 'takes no value' : 'needs a value';
  return new UsageError(`The option ${option} ${takes}.`);
}

/** A sentence behind another one, or nothing. */
export function didYouMean(meant: string | undefined): string {
  return meant === undefined ? '' : ` Did you mean ${meant}?`;
}

/** Throws {@link UsageError} where an argument looks like a secret (attack W8). */
export function refuseSecrets(argv: readonly string[]): void {
  const end = argv.indexOf('--');
  const found = argv.slice(0, end < 0 ? argv.length : end).find((argument) => SECRETS.test(argument));
  if (found === undefined) return;
  const option = found.replace(/=.*/s, '');
  const instead = /metrics-token/i.test(option)
    ? 'Use --metrics-token-file, or the variable SOTTO_METRICS_TOKEN.'
    : 'Use a file, standard input or the prompt.';
  throw new UsageError(
    `Sotto takes no secret as ${option}: others on this machine can read arguments. ${instead}`,
  );
}

/** How a command is called, on one line. */
export function synopsis({ name, words, options }: Pick<Command, 'name' | 'words' | 'options'>): string {
  const flags = Object.entries(options).map(([option, about]) =>
    about.type === 'string' ? `[--${option} ${about.value}]` : `[--${option}]`,
  );
  return ['sotto', name, ...words, ...flags].join(' ');
}
