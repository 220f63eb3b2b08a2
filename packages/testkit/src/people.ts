/** People for tests: accounts with strong passwords, signed up and online. */
import { generatePassword, systemRandom } from '@sotto/crypto';
import { openTestDevice, type TestDevice, type TestDeviceOptions } from './test-device.ts';

export interface TestPerson {
  readonly name: string;
  readonly address: string;
  readonly password: string;
  /** The recovery code: 24 words. */
  readonly words: string;
  readonly device: TestDevice;
}

/** Signs up `name` at the server on a device of its own, and waits until it is online. */
export async function signUp(
  serverUrl: string,
  name: string,
  options: TestDeviceOptions = {},
): Promise<TestPerson> {
  const device = await openTestDevice(serverUrl, options);
  const password = generatePassword(systemRandom);
  const { words, ask } = await device.call('signUpStart', { name, password, deviceName: 'First' });
  const list = words.split(' ');
  await device.call('signUpFinish', { answers: ask.map((position) => list[position - 1] ?? '') });
  const session = await device.until(
    'session',
    null,
    (value) => value.state === 'signed-in' && value.connection === 'online',
  );
  return { name, address: session.state === 'signed-in' ? session.address : '', password, words, device };
}

/** Another device of the same account. */
export async function signInAgain(
  serverUrl: string,
  person: TestPerson,
  options: TestDeviceOptions = {},
): Promise<TestDevice> {
  const device = await openTestDevice(serverUrl, options);
  await device.call('signIn', { address: person.address, password: person.password, deviceName: 'Second' });
  await device.until(
    'session',
    null,
    (value) => value.state === 'signed-in' && value.connection === 'online',
  );
  return device;
}

/** The texts of a conversation's messages, oldest first. */
export async function texts(
  device: TestDevice,
  conversation: string,
  count: number,
): Promise<readonly string[]> {
  const value = await device.until('items', { conversation, limit: 1_000 }, ({ items }) => {
    return items.filter((item) => item.kind === 'message').length >= count;
  });
  return value.items.flatMap((item) => (item.kind === 'message' ? [item.text] : []));
}

/** Waits for a conversation with an address, and returns its id. */
export async function conversationWith(device: TestDevice, address: string): Promise<string> {
  const list = await device.until('conversations', null, (value) =>
    value.some((one) => one.with.address === address),
  );
  return list.find((one) => one.with.address === address)?.id ?? '';
}
