import { STRETCHING } from '@sotto/contract';
import { expect, it, vi } from 'vitest';
import { signInAgain, signUp, startTestServer } from './index.ts';

/** By number, for ever: whoever stretches in another way under the same number can sign in to no account of before. */
const STRETCHINGS: Readonly<Record<number, object>> = {
  1: { 'argon2id-custom': { iterations: 3, memory: 65_536, parallelism: 4 } },
};

interface Opaque {
  readonly client: Readonly<Record<string, (parameters: { readonly keyStretching?: unknown }) => unknown>>;
}

const asked = vi.hoisted((): [string, unknown][] => []);

vi.mock('@serenity-kit/opaque', async (original) => {
  const whole = await original<Opaque>();
  const seen = ['finishRegistration', 'finishLogin'].map((name) => [
    name,
    (parameters: { readonly keyStretching?: unknown }) => {
      asked.push([name, parameters.keyStretching]);
      return whole.client[name]?.(parameters);
    },
  ]);
  return { ...whole, client: { ...whole.client, ...Object.fromEntries(seen) } };
});

it('[K3] a client asks for the stretching that its number stands for, at each use of a password', async () => {
  const server = await startTestServer();
  const alice = await signUp(server.url, 'alice');
  const second = await signInAgain(server.url, alice);
  expect(asked).toEqual([
    ['finishRegistration', STRETCHINGS[STRETCHING]],
    ['finishLogin', STRETCHINGS[STRETCHING]],
  ]);
  await second.dispose();
  await alice.device.dispose();
  await server.close();
});
