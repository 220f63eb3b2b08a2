/** `sotto help`. */
import { calledAs } from '../called.ts';
import { type Command, defineCommand, didYouMean, synopsis } from '../command.ts';
import { helpFor, overview } from '../help.ts';
import { nearest } from '../nearest.ts';
import { UsageError } from '../problems.ts';

/** @param others all commands but this one */
export function helpCommand(others: readonly Command[]): Command {
  const help: Command = defineCommand({
    name: 'help',
    summary: 'say how commands are used',
    words: ['[COMMAND]'],
    options: {},
    async run({ terminal, json, env }, { words: [name] }) {
      const all = [...others, help];
      const only = all.find((one) => one.name === name);
      if (name !== undefined && only === undefined) {
        const meant = nearest(
          name,
          all.map((one) => one.name),
        );
        throw new UsageError(`There is no command ${name}.${didYouMean(meant)}`);
      }
      if (json) {
        terminal.json({ commands: (only === undefined ? all : [only]).map(summaryOf) });
        return;
      }
      for (const line of only === undefined ? overview(all, calledAs(env, undefined)) : helpFor(only))
        terminal.line(line);
    },
  });
  return help;
}

function summaryOf(command: Command): object {
  return { name: command.name, usage: synopsis(command), summary: command.summary };
}
