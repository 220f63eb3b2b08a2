/** `sotto help`. */
import { type Command, defineCommand, synopsis } from '../command.ts';
import { helpFor, overview } from '../help.ts';
import { UsageError } from '../problems.ts';

/** @param commands all of them, but this one */
export function helpCommand(commands: readonly Command[]): Command {
  return defineCommand({
    name: 'help',
    summary: 'say how commands are used',
    words: ['[COMMAND]'],
    options: {},
    async run({ terminal, json }, { words: [name] }) {
      const named = commands.filter((one) => name === undefined || one.name === name);
      if (named.length === 0) throw new UsageError(`There is no command ${name}.`);
      if (json) {
        terminal.json({ commands: named.map((one) => ({ ...summaryOf(one) })) });
        return;
      }
      const [only] = named;
      const lines = name === undefined || only === undefined ? overview(commands) : helpFor(only);
      for (const line of lines) terminal.line(line);
    },
  });
}

function summaryOf(command: Command): object {
  return { name: command.name, usage: synopsis(command), summary: command.summary };
}
