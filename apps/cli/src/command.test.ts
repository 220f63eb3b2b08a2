import { describe, expect, it } from 'vitest';
import { readArguments, refuseSecrets, synopsis } from './command.ts';
import { COMMANDS } from './commands/index.ts';
import { UsageError } from './problems.ts';

const SEND = {
  name: 'send',
  words: ['ADDRESS', '[TEXT]'],
  options: {
    'no-wait': { type: 'boolean', help: '' },
    since: { type: 'string', value: 'WHEN', help: '' },
  },
} as const;

describe('arguments', () => {
  it('are words and options in any order', () => {
    const given = readArguments(SEND, ['--since', '2h', 'bob', '--no-wait', '--json', 'hello']);
    expect(given).toEqual({ values: { since: '2h', 'no-wait': true, json: true }, words: ['bob', 'hello'] });
  });

  it('are words after --, whatever they look like', () => {
    expect(readArguments(SEND, ['bob', '--', '--json']).words).toEqual(['bob', '--json']);
  });

  it.each([
    [[], 'send needs ADDRESS.'],
    [['a', 'b', 'c'], 'send was given too many words.'],
    [['a', '--frob'], 'send has no option --frob.'],
    [['a', '--frob=value'], 'send has no option --frob.'],
    [['a', '-x'], 'send has no option -x.'],
    [['a', '--since'], 'The option --since needs a value.'],
    [['a', '--since', '--json'], 'The option --since needs a value.'],
    [['a', '--no-wait=yes'], 'The option --no-wait takes no value.'],
  ])('%j make no sense', (argv, message) => {
    expect(() => readArguments(SEND, argv)).toThrow(new UsageError(message));
  });

  it('need nothing where help is asked for', () => {
    expect(readArguments(SEND, ['--help']).values.help).toBe(true);
  });
});

describe('[W8] an argument that looks like a secret', () => {
  it.each([
    '--password',
    '--password=x',
    '--new-password',
    '-password',
    '--words',
    '--recovery-code',
    '--code',
    '--invite',
    '--PASSWORD',
    '--metrics-token',
  ])('%s is refused', (argument) => {
    expect(() => refuseSecrets(['signup', 'alice', argument, 'hunter2'])).toThrow(UsageError);
    expect(() => refuseSecrets(['signup', 'alice', argument, 'hunter2'])).not.toThrow('hunter2');
  });

  it('never has its value repeated', () => {
    expect(() => refuseSecrets(['--password=hunter2'])).toThrow(/^(?!.*hunter2)/s);
  });

  it('is no file, and no text behind --', () => {
    for (const argv of [
      ['--password-file', 'F'],
      ['--invite-file', 'F'],
      ['backup', 'F', '--secrets'],
      ['send', 'bob', '--', '--password'],
    ]) {
      expect(() => refuseSecrets(argv)).not.toThrow();
    }
  });
});

describe('every command', () => {
  it('has a name and a help of its own', () => {
    expect(new Set(COMMANDS.map(({ name }) => name)).size).toBe(COMMANDS.length);
    for (const command of COMMANDS) {
      expect(command.summary).toMatch(/^[a-z].*[^.]$/);
      for (const line of [...(command.details ?? []), command.summary])
        expect(line.length).toBeLessThanOrEqual(110);
    }
  });

  it('takes no secret as an option', () => {
    for (const { options } of COMMANDS) {
      for (const name of Object.keys(options)) expect(() => refuseSecrets([`--${name}`])).not.toThrow();
    }
  });

  it('says on one line how it is called', () => {
    expect(synopsis(SEND)).toBe('sotto send ADDRESS [TEXT] [--no-wait] [--since WHEN]');
  });
});
