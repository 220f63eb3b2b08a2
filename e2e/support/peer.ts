/** People whose browser is not the point: real devices over the client's own interface. */
import {
  openTestDevice,
  signUp,
  type TestDevice,
  type TestDeviceOptions,
  type TestPerson,
} from '@sotto/testkit';
import type { Stage } from './browser.ts';
import type { Credentials } from './person.ts';

export async function peer(stage: Stage, name: string, options?: TestDeviceOptions): Promise<TestPerson> {
  const person = await signUp(stage.url, name, options);
  stage.atEnd(() => person.device.dispose());
  return person;
}

/** A further device of somebody who has an account. */
export async function addDevice(stage: Stage, person: Credentials, deviceName: string): Promise<void> {
  const device = await openTestDevice(stage.url);
  stage.atEnd(() => device.dispose());
  const { name, password } = person;
  await device.call('signIn', { address: `${name}@localhost`, password, deviceName });
  await device.until('session', null, (session) => session.state === 'signed-in');
}

/** What a device sends before it waits until the server has it. */
const AT_ONCE = 50;

/** Writes to an address, one message after the other, and waits until the server has all of them. */
export async function write(
  device: TestDevice,
  address: string,
  texts: readonly string[],
): Promise<{ conversation: string }> {
  const { id: conversation } = await device.call('startConversation', { address });
  for (let from = 0; from < texts.length; from += AT_ONCE) {
    for (const text of texts.slice(from, from + AT_ONCE)) await device.call('send', { conversation, text });
    await device.until('items', { conversation, limit: 10 }, ({ items }) => {
      const last = items.findLast((item) => item.kind === 'message' && item.own);
      return last?.kind === 'message' && last.status !== 'queued';
    });
  }
  return { conversation };
}
