import { homedir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { homeFolder, serverAddress } from './context.ts';
import { UsageError } from './problems.ts';

describe('the folder of the profile', () => {
  it('is the one asked for, then SOTTO_HOME, then the place for data', () => {
    const env = { SOTTO_HOME: '/env', XDG_DATA_HOME: '/data' };
    expect(homeFolder('/flag', env)).toBe('/flag');
    expect(homeFolder(undefined, env)).toBe('/env');
    expect(homeFolder(undefined, { XDG_DATA_HOME: '/data' })).toBe('/data/sotto');
    expect(homeFolder(undefined, {})).toBe(`${homedir()}/.local/share/sotto`);
    expect(homeFolder(undefined, { HOME: '/home/alice' })).toBe('/home/alice/.local/share/sotto');
  });

  it('is not taken from a relative XDG_DATA_HOME, as its specification says', () => {
    expect(homeFolder(undefined, { XDG_DATA_HOME: 'data' })).toBe(`${homedir()}/.local/share/sotto`);
  });

  it('has a name', () => {
    expect(() => homeFolder('', {})).toThrow(UsageError);
  });
});

describe('the server', () => {
  it('is the one asked for, then SOTTO_SERVER', () => {
    expect(serverAddress('https://sotto.example.org/', { SOTTO_SERVER: 'http://env' })).toBe(
      'https://sotto.example.org',
    );
    expect(serverAddress(undefined, { SOTTO_SERVER: 'http://localhost:8420' })).toBe('http://localhost:8420');
    expect(serverAddress(undefined, {})).toBeUndefined();
  });

  it.each(['localhost:8420', 'sotto.example.org', 'ftp://x', 'https://user:secret@x', 'nonsense'])(
    'is not "%s"',
    (text) => {
      expect(() => serverAddress(text, {})).toThrow(UsageError);
    },
  );
});
