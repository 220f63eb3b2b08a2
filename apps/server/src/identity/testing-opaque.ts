/** Both halves of OPAQUE for tests, which play the client and the thief. No part of the server reaches this. */
import { client as whole } from '@serenity-kit/opaque';

export { ready, server } from '@serenity-kit/opaque';

/** Stretching is the client's alone: the server sees none of it, and its tests spend no time on it. */
const keyStretching = { 'argon2id-custom': { iterations: 1, memory: 64, parallelism: 1 } } as const;

type Client = typeof whole;

export const client = {
  ...whole,
  finishRegistration: (parameters: Parameters<Client['finishRegistration']>[0]) =>
    whole.finishRegistration({ keyStretching, ...parameters }),
  finishLogin: (parameters: Parameters<Client['finishLogin']>[0]) =>
    whole.finishLogin({ keyStretching, ...parameters }),
};
