/**
 * Run once before the tests of this package: alice and bob sign up at a real server and greet each other. Each scene
 * (parts.ts) then starts from copies of the folders of the server and of both devices: stretching a password takes a
 * third of a second, on purpose, and most tests ask nothing of it.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signUp, startTestServer, type TestPerson } from '@sotto/testkit';
import type { TestProject } from 'vitest/node';
import { introduce, MANY } from './parts.ts';

/** A scene at rest. */
export interface PreparedScene {
  readonly alice: PreparedPerson;
  readonly bob: PreparedPerson;
  /** The data folder of the server. */
  readonly data: string;
  readonly toBob: string;
  readonly toAlice: string;
}

/** Somebody whose device is not running. */
export interface PreparedPerson extends Omit<TestPerson, 'device'> {
  /** The folder of the profile. */
  readonly home: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    scene: PreparedScene;
  }
}

export default async function prepare(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-scene-'));
  project.provide('scene', await prepareScene(folder));
  return () => rmSync(folder, { recursive: true, force: true });
}

async function prepareScene(folder: string): Promise<PreparedScene> {
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
