/** Looking people up (docs/spec/directory.md). Addresses travel in bodies, so that no log of paths holds them. */
import * as z from 'zod/mini';
import { accountId, bytes, whole } from '../fields.ts';
import { LIMITS } from '../limits.ts';
import { route } from '../route.ts';

const states = z.strictObject({
  accountId,
  /** From the number asked for on, in order. */
  states: z.array(bytes(LIMITS.state)).check(z.maxLength(LIMITS.statesAtOnce)),
  more: z.boolean(),
});

export const lookUp = route({
  method: 'POST',
  path: '/api/v1/directory/look-up',
  auth: 'device',
  summary: 'The account of an address, with its signed states',
  body: z.strictObject({ address: z.string().check(z.maxLength(320)), from: whole }),
  answer: states,
});

export const getStates = route({
  method: 'POST',
  path: '/api/v1/directory/states',
  auth: 'device',
  summary: 'The signed states of an account from a number on',
  body: z.strictObject({ accountId, from: whole }),
  answer: states,
});
