/** A name that is known, one that is not and one that is locked are the same to a client: steps, requests and sentence. */
import { identity } from '@sotto/contract';
import { systemRandom, wordsFromSecret } from '@sotto/crypto';
import { describe, expect, it } from 'vitest';
import { hostile, newcomer, useVictim, victim } from './account-parts.ts';
import { LONG } from './parts.ts';

useVictim();

type Device = typeof newcomer;
type Enter = (device: Device, name: string) => Promise<unknown>;

const wrongWords = wordsFromSecret(systemRandom(32));
const byPassword: Enter = (device, name) =>
  device.call('signIn', { address: `${name}@localhost`, password: 'wrong', deviceName: 'New' });
const byCode: Enter = (device, name) =>
  device.call('recover', {
    address: `${name}@localhost`,
    words: wrongWords,
    newPassword: 'quite another long passphrase here',
    deviceName: 'New',
  });

/** What the person reads of a try, and what the network sees of it. */
async function traceOf(enter: Enter, name: string, device: Device) {
  hostile.forget();
  const said = await enter(device, name).then(
    () => 'done',
    (error: { code?: string; message?: string }) => `${error.code}: ${error.message}`,
  );
  const exchanges = hostile.traffic.exchanges.map(({ method, path, request, status, answer }) =>
    [method, path, request.length, status, answer.length].join(' '),
  );
  return { said, exchanges, frames: hostile.traffic.clientFrames.length };
}

/** Of names of one length: requests hold the name. The last try is one of many, and by then the name is locked. */
async function threeTraces(enter: Enter, device: Device = newcomer) {
  // The first try of a program asks the server what it is.
  await traceOf(enter, 'anyone', device);
  const known = await traceOf(enter, victim.name, device);
  const unknown = await traceOf(enter, 'nobody', device);
  for (let i = 0; i < 6; i++) await traceOf(enter, victim.name, device);
  return { known, unknown, locked: await traceOf(enter, victim.name, device) };
}

describe('[K9] signing in with a wrong secret', () => {
  it.each([
    ['password', byPassword, 'sign_in_refused: ', identity.finishPasswordSignIn.path],
    ['recovery code', byCode, 'recovery_refused: ', identity.finishRecoverySignIn.path],
  ])(
    'by %s looks the same for all names',
    async (_, enter, sentence, last) => {
      const { known, unknown, locked } = await threeTraces(enter);
      expect(known.said).toContain(sentence);
      expect(known.exchanges.at(-1)).toContain(last);
      expect(unknown).toEqual(known);
      expect(locked).toEqual(known);
    },
    LONG,
  );

  it(
    'is told apart by a server that answers an unknown name in another way (control)',
    async () => {
      hostile.onAnswer(identity.startPasswordSignIn, (answer, { name }) =>
        name === 'nobody' ? { ...answer, response: answer.response.slice(4) } : answer,
      );
      const { known, unknown } = await threeTraces(byPassword);
      expect(unknown).not.toEqual(known);
    },
    LONG,
  );
});
