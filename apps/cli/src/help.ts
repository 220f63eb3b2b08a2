/** What `sotto help` and `--help` say. */
import { columns } from './columns.ts';
import { COMMON, type Command, type Options, synopsis } from './command.ts';

/** Lines that introduce all commands. @param program as it was called */
export function overview(commands: readonly Command[], program: string): readonly string[] {
  return [
    'Sotto: messages that the server cannot read.',
    '',
    ...columns(commands.map((one) => [`  ${['sotto', one.name, ...one.words].join(' ')}`, one.summary])),
    '',
    'Options of all commands:',
    ...optionLines(COMMON),
    '',
    `More: ${program} help COMMAND, and docs/guides/command-line.md.`,
  ];
}

/** Lines about one command. */
export function helpFor(command: Command): readonly string[] {
  const { options, summary, details = [] } = command;
  const own = optionLines(options);
  return [
    `${synopsis(command)}`,
    `  ${summary}`,
    ...(details.length > 0 ? ['', ...details] : []),
    ...(own.length > 0 ? ['', 'Options:', ...own] : []),
    '',
    'Options of all commands:',
    ...optionLines(COMMON),
  ];
}

function optionLines(options: Options): readonly string[] {
  return columns(
    Object.entries(options).map(([name, about]) => [
      `  --${name}${about.type === 'string' ? ` ${about.value}` : ''}`,
      about.help,
    ]),
  );
}
