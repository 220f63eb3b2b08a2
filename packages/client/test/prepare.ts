/**
 * Run once before the tests of this package: alice and bob sign up at a real server and greet each other. Each scene
 * (parts.ts) then starts from copies of the folders of the server and of both devices, since most tests ask nothing of how
 * people sign up and meet.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestPerson } from '@sotto/testkit';
import type { TestProject } from 'vitest/node';

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

/** Where the projects of this package, which load this module each for itself, find what the first of them has made. */
const shared = globalThis as { sottoScene?: Promise<PreparedScene> };

export default async function prepare(project: TestProject): Promise<() => void> {
  let folder: string | undefined;
  if (shared.sottoScene === undefined) {
    folder = mkdtempSync(join(tmpdir(), 'sotto-scene-'));
    shared.sottoScene = makeScene(folder);
  }
  project.provide('scene', await shared.sottoScene);
  return () => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  };
}

async function makeScene(folder: string): Promise<PreparedScene> {
  const { prepareScene } = await import('./prepare-scene.ts');
  return prepareScene(folder);
}
