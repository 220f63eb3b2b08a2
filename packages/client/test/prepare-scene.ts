import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { signUp, startTestServer, type TestPerson } from '@sotto/testkit';
import { introduce, MANY } from './parts.ts';
import type { PreparedPerson, PreparedScene } from './prepare.ts';

/** Makes all of it below `folder`. */
export async function prepareScene(folder: string): Promise<PreparedScene> {
  const data = join(folder, 'server');
  const server = await startTestServer({ ...MANY, data });
  const people = [];
  for (const name of ['alice', 'bob']) {
    const home = join(folder, name);
    mkdirSync(home);
    people.push(await signUp(server.url, name, { home }));
  }
  const [alice, bob] = people as [TestPerson, TestPerson];
  const conversations = await introduce(alice, bob);
  const prepared = { alice: await put(alice), bob: await put(bob), data, ...conversations };
  await server.close();
  return prepared;
}

/** Ends the device and leaves its profile. */
async function put({ device, ...person }: TestPerson): Promise<PreparedPerson> {
  await device.close();
  return { ...person, home: device.home };
}
