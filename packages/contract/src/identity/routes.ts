/** Accounts, their key slots and devices (docs/spec/identity.md). */
import { NAME_PATTERN } from '@sotto/protocol/public';
import * as z from 'zod/mini';
import { accountId, bytes, deviceId, exactBytes, positive, slotId, time, token, whole } from '../fields.ts';
import { LIMITS } from '../limits.ts';
import { route } from '../route.ts';

const name = z.string().check(z.maxLength(64), z.regex(NAME_PATTERN));
/** Any text that a person may type: one that is no invite is refused as a wrong invite, not as a malformed request. */
const invite = z.optional(z.string().check(z.minLength(1), z.maxLength(200)));
/** OPAQUE messages (RFC 9807) in the base64url of @serenity-kit/opaque. */
const opaque = bytes(1_024);
const attempt = token;
const empty = z.strictObject({});

/** A slot as the server must know it to let its holder sign in. What it opens stands in the keyring. */
const slot = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('password'), id: slotId, record: opaque }),
  z.strictObject({ kind: z.literal('recovery'), id: slotId, signInKey: exactBytes(32) }),
]);
const slots = z.array(slot).check(z.minLength(1), z.maxLength(LIMITS.slots));

export const server = route({
  method: 'GET',
  path: '/api/v1/server',
  auth: 'none',
  summary: 'What this server is',
  body: empty,
  answer: z.strictObject({
    domain: z.string(),
    registration: z.enum(['open', 'invite', 'closed']),
    /** There is no account yet: the next one becomes the owner, whatever the registration. */
    first: z.boolean(),
    version: z.string(),
    protocol: whole,
  }),
});

export const beginAccount = route({
  method: 'POST',
  path: '/api/v1/accounts/begin',
  auth: 'none',
  summary: 'Check that a name is free, and take the first step of registering its password',
  body: z.strictObject({ accountId, name, invite, registrationRequest: opaque }),
  answer: z.strictObject({ registrationResponse: opaque }),
});

export const createAccount = route({
  method: 'POST',
  path: '/api/v1/accounts',
  auth: 'none',
  summary: 'Create an account from its first signed state',
  body: z.strictObject({
    accountId,
    name,
    invite,
    state: bytes(LIMITS.state),
    keyring: bytes(LIMITS.keyring),
    slots,
  }),
  answer: empty,
});

export const startPasswordSignIn = route({
  method: 'POST',
  path: '/api/v1/sign-in/password/start',
  auth: 'none',
  summary: 'First step of signing in by password (OPAQUE KE1 to KE2)',
  body: z.strictObject({ name, request: opaque }),
  answer: z.strictObject({ attempt, response: opaque, stretching: whole }),
});

export const finishPasswordSignIn = route({
  method: 'POST',
  path: '/api/v1/sign-in/password/finish',
  auth: 'none',
  summary: 'Last step of signing in by password (OPAQUE KE3)',
  body: z.strictObject({ attempt, finish: opaque }),
  answer: z.strictObject({ token }),
});

export const startRecoverySignIn = route({
  method: 'POST',
  path: '/api/v1/sign-in/recovery/start',
  auth: 'none',
  summary: 'Ask for a challenge to sign with the key of a recovery code',
  body: z.strictObject({ name }),
  answer: z.strictObject({ attempt, challenge: exactBytes(32) }),
});

export const finishRecoverySignIn = route({
  method: 'POST',
  path: '/api/v1/sign-in/recovery/finish',
  auth: 'none',
  summary: 'Answer the challenge',
  body: z.strictObject({ attempt, signature: exactBytes(64) }),
  answer: z.strictObject({ token }),
});

export const getAccount = route({
  method: 'POST',
  path: '/api/v1/account/read',
  auth: 'slot',
  summary: 'The account of the proven slot: its states from a number on, and its keyring',
  body: z.strictObject({ from: whole }),
  answer: z.strictObject({
    accountId,
    slotId,
    /** At most LIMITS.statesAtOnce, in order. */
    states: z.array(bytes(LIMITS.state)).check(z.maxLength(LIMITS.statesAtOnce)),
    more: z.boolean(),
    keyring: bytes(LIMITS.keyring),
  }),
});

export const beginPassword = route({
  method: 'POST',
  path: '/api/v1/account/password/begin',
  auth: 'slot',
  summary: 'First step of registering a new password',
  body: z.strictObject({ registrationRequest: opaque }),
  answer: z.strictObject({ registrationResponse: opaque }),
});

export const publishState = route({
  method: 'POST',
  path: '/api/v1/account/publish',
  auth: 'slot',
  summary: 'Publish the next account state with its keyring; refused unless it follows the newest',
  body: z.strictObject({
    state: bytes(LIMITS.state),
    keyring: bytes(LIMITS.keyring),
    /** Slots to put in place of those with the same id, or beside them. Slots not in the state's keyring go. */
    slots: z.array(slot).check(z.maxLength(LIMITS.slots)),
    /** Ids of all slots that remain. */
    keep: z.array(slotId).check(z.minLength(1), z.maxLength(LIMITS.slots)),
  }),
  answer: empty,
});

export const getKeyring = route({
  method: 'GET',
  path: '/api/v1/account/keyring',
  auth: 'device',
  summary: "The own account's keyring, for a device to take its copy of the working keys",
  body: empty,
  answer: z.strictObject({ keyring: bytes(LIMITS.keyring) }),
});

export const challengeDevice = route({
  method: 'POST',
  path: '/api/v1/sessions/challenge',
  auth: 'none',
  summary: 'Ask for a challenge to sign with a device key',
  body: z.strictObject({ accountId, deviceId }),
  answer: z.strictObject({ attempt, challenge: exactBytes(32) }),
});

export const openSession = route({
  method: 'POST',
  path: '/api/v1/sessions',
  auth: 'none',
  summary: 'Open the session of a device by answering its challenge',
  body: z.strictObject({ attempt, signature: exactBytes(64) }),
  answer: z.strictObject({ token, expires: time }),
});

export const signOutDevice = route({
  method: 'POST',
  path: '/api/v1/sessions/sign-out',
  auth: 'device',
  summary: 'End the sessions of this device, drop its key packages and what waits for it',
  body: empty,
  answer: empty,
});

export const listDevices = route({
  method: 'GET',
  path: '/api/v1/devices',
  auth: 'device',
  summary: "What the server knows of the own account's devices beside their signed state",
  body: empty,
  answer: z.strictObject({
    devices: z
      .array(
        z.strictObject({
          deviceId,
          added: time,
          signedOut: z.boolean(),
          label: z.nullable(bytes(LIMITS.label)),
        }),
      )
      .check(z.maxLength(1_000)),
    owner: z.boolean(),
  }),
});

export const setDeviceLabel = route({
  method: 'POST',
  path: '/api/v1/devices/label',
  auth: 'device',
  summary: "Keep this device's sealed name for the account's other devices",
  body: z.strictObject({ label: bytes(LIMITS.label) }),
  answer: empty,
});

export const getContacts = route({
  method: 'GET',
  path: '/api/v1/account/contacts',
  auth: 'device',
  summary: 'What the own account has decided of people, sealed; number 0 where there is nothing',
  body: empty,
  answer: z.strictObject({ number: whole, sealed: z.nullable(bytes(LIMITS.contacts)) }),
});

export const setContacts = route({
  method: 'PUT',
  path: '/api/v1/account/contacts',
  auth: 'device',
  summary: 'Replace it by the version with the next number; refused where another came first',
  body: z.strictObject({ number: positive, sealed: bytes(LIMITS.contacts) }),
  answer: empty,
});

export const createInvite = route({
  method: 'POST',
  path: '/api/v1/invites',
  auth: 'device',
  summary: 'The owner makes a code that lets one person sign up',
  body: empty,
  answer: z.strictObject({ code: z.string().check(z.regex(/^[A-Za-z0-9_-]{22}$/)), expires: time }),
});
