import { describe, expect, it } from 'vitest';
import { domainOf, nameOf, parseAddress } from './address.ts';

describe('an address', () => {
  it.each(['alice@localhost', 'a.b-c_9@sotto.example.org', 'x@a'])('%s is one', (text) => {
    const address = parseAddress(` ${text.toUpperCase()} `);
    expect(address).toBe(text);
    if (address !== undefined) expect(`${nameOf(address)}@${domainOf(address)}`).toBe(text);
  });

  it.each([
    '',
    'alice',
    '@localhost',
    'alice@',
    'alice@@localhost',
    'alice@local host',
    '.alice@localhost',
    'alice.@localhost',
    'älice@localhost',
    'alice@localhost/..',
    'alice\n@localhost',
    `${'a'.repeat(65)}@localhost`,
    'аlice@localhost',
  ])('%j is none', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });
});
