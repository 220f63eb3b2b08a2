/**
 * The command line. Exit status: 0 done, 1 failed with a reason on one line of standard error, 2 used in a way that
 * makes no sense or with settings that do not hold, 130 cancelled at a prompt.
 */
import { problemOf } from '@sotto/client/rpc';
import { calledAs, NPM_START } from './called.ts';
import { COMMON, type Command, didYouMean, readArguments, refuseSecrets } from './command.ts';
import { COMMANDS } from './commands/index.ts';
import { type Context, type Environment, homeFolder, serverAddress } from './context.ts';
import { helpFor, overview } from './help.ts';
import { nearest } from './nearest.ts';
import { Cancelled, EXIT, Failure, UsageError } from './problems.ts';
import { type Streams, Terminal } from './terminal.ts';

/** Streams and environment of the process that it runs in, or others in their place. */
interface Surroundings extends Streams {
  readonly env: Environment;
}

/** Runs one command, and resolves to its exit status. What it writes may still be under way. */
export async function runProgram(surroundings: Surroundings, argv: readonly string[]): Promise<number> {
  const { env } = surroundings;
  const terminal = new Terminal(surroundings);
  try {
    await start(terminal, env, argv);
    return EXIT.done;
  } catch (error) {
    return explain(terminal, env, argv, error);
  } finally {
    await terminal.close();
  }
}

async function start(terminal: Terminal, env: Environment, argv: readonly string[]): Promise<void> {
  refuseSecrets(argv);
  const { command, rest } = pick(argv);
  if (command === undefined) {
    for (const line of overview(COMMANDS, calledAs(env, undefined))) terminal.line(line);
    return;
  }
  const given = readArguments(command, rest);
  const { values } = given;
  if (values.help === true) {
    for (const line of helpFor(command)) terminal.line(line);
    return;
  }
  const context: Context = {
    terminal,
    env,
    json: values.json === true,
    command: calledAs(env, values.home),
    home: homeFolder(values.home, env),
    server: serverAddress(values.server, env),
  };
  await command.start(context, given);
}

/** Options that every command takes may stand before its name. */
function pick(argv: readonly string[]): { command: Command | undefined; rest: readonly string[] } {
  const at = commandPosition(argv);
  const name = argv[at];
  if (name === undefined) {
    if (argv.includes('--help') || argv.includes('-h')) return { command: undefined, rest: argv };
    if (argv.includes('--version'))
      return { command: named('version'), rest: argv.filter((one) => one !== '--version') };
    throw new UsageError('Say what to do.');
  }
  const command = named(name);
  if (command === undefined) {
    throw new UsageError(`There is no command ${name}.${didYouMean(nearest(name, COMMANDS.map(nameOf)))}`);
  }
  return { command, rest: [...argv.slice(0, at), ...argv.slice(at + 1)] };
}

function nameOf({ name }: Command): string {
  return name;
}

function named(name: string): Command | undefined {
  return COMMANDS.find((command) => command.name === name);
}

function commandPosition(argv: readonly string[]): number {
  let at = 0;
  while (argv[at]?.startsWith('-') === true) {
    const option = COMMON[argv[at]?.slice(2) as keyof typeof COMMON];
    at += option?.type === 'string' ? 2 : 1;
  }
  return at;
}

/** Says on one line why it ended, and returns the exit status. */
function explain(terminal: Terminal, env: Environment, argv: readonly string[], error: unknown): number {
  const { code, message } = isOwn(error) ? error : problemOf(error);
  const usage = error instanceof UsageError;
  if (argv.includes('--json')) terminal.jsonNote({ error: { code, message } });
  else terminal.note(`sotto: ${message}${usage ? ` ${whereToRead(env, argv)}` : ''}`);
  if (usage || code === 'settings_invalid') return EXIT.usage;
  return error instanceof Cancelled ? EXIT.cancelled : EXIT.failed;
}

/** The help of the command that was called, or of all. */
function whereToRead(env: Environment, argv: readonly string[]): string {
  const command = named(argv[commandPosition(argv)] ?? '');
  const program = calledAs(env, undefined);
  // What follows `npm start` goes to `serve`.
  const help = [program === NPM_START ? './sotto' : program, 'help'];
  return `More: ${[...help, ...(command === undefined ? [] : [command.name])].join(' ')}`;
}

function isOwn(error: unknown): error is UsageError | Cancelled | Failure {
  return error instanceof UsageError || error instanceof Cancelled || error instanceof Failure;
}
