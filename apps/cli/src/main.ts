/**
 * The command line. Exit status: 0 done, 1 failed with a reason on one line of standard error, 2 used in a way that
 * makes no sense, 130 cancelled at a prompt.
 */
import { problemOf } from '@sotto/client/rpc';
import { COMMON, type Command, readArguments, refuseSecrets } from './command.ts';
import { COMMANDS } from './commands/index.ts';
import { type Context, homeFolder, serverAddress } from './context.ts';
import { helpFor, overview } from './help.ts';
import { Cancelled, EXIT, Failure, UsageError } from './problems.ts';
import { Terminal } from './terminal.ts';

const terminal = new Terminal(process);
process.exitCode = await run(process.argv.slice(2));
await terminal.close();

async function run(argv: readonly string[]): Promise<number> {
  try {
    await start(argv);
    return EXIT.done;
  } catch (error) {
    return explain(error, argv.includes('--json'));
  }
}

async function start(argv: readonly string[]): Promise<void> {
  refuseSecrets(argv);
  const { command, rest } = pick(argv);
  if (command === undefined) {
    for (const line of overview(COMMANDS)) terminal.line(line);
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
    env: process.env,
    json: values.json === true,
    home: homeFolder(values.home, process.env),
    server: serverAddress(values.server, process.env),
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
  if (command === undefined) throw new UsageError(`There is no command ${name}.`);
  return { command, rest: [...argv.slice(0, at), ...argv.slice(at + 1)] };
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
function explain(error: unknown, json: boolean): number {
  const { code, message } = isOwn(error) ? error : problemOf(error);
  const usage = error instanceof UsageError;
  if (json) terminal.jsonNote({ error: { code, message } });
  else terminal.note(`sotto: ${message}${usage ? ' How it is used: sotto help' : ''}`);
  if (usage) return EXIT.usage;
  return error instanceof Cancelled ? EXIT.cancelled : EXIT.failed;
}

function isOwn(error: unknown): error is UsageError | Cancelled | Failure {
  return error instanceof UsageError || error instanceof Cancelled || error instanceof Failure;
}
