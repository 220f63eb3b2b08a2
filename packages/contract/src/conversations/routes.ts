/** Groups, their handshakes and key packages (docs/spec/streams.md). Messages go by frames.ts. */
import * as z from 'zod/mini';
import { accountId, bytes, deviceId, groupId, whole } from '../fields.ts';
import { LIMITS } from '../limits.ts';
import { route } from '../route.ts';

const empty = z.strictObject({});
const handshake = bytes(LIMITS.handshake);
const keyPackage = bytes(LIMITS.keyPackage);
const members = z.array(z.strictObject({ accountId, deviceId })).check(z.maxLength(1_000));

export const publishKeyPackages = route({
  method: 'POST',
  path: '/api/v1/key-packages',
  auth: 'device',
  summary: 'Add one-time key packages of this device, and replace its last-resort one',
  body: z.strictObject({
    packages: z.array(keyPackage).check(z.maxLength(LIMITS.keyPackages)),
    lastResort: z.nullable(keyPackage),
  }),
  answer: z.strictObject({ waiting: whole }),
});

export const claimKeyPackages = route({
  method: 'POST',
  path: '/api/v1/key-packages/claim',
  auth: 'device',
  summary: 'Take one key package of each device of an account',
  body: z.strictObject({ accountId }),
  answer: z.strictObject({
    packages: z
      .array(z.strictObject({ deviceId, keyPackage, lastResort: z.boolean() }))
      .check(z.maxLength(LIMITS.devices)),
  }),
});

export const createGroup = route({
  method: 'POST',
  path: '/api/v1/groups',
  auth: 'device',
  summary: 'Create a group and its stream, and deliver the welcome to its other members',
  body: z.strictObject({
    groupId,
    /** The other devices; the caller is a member by itself. */
    members,
    welcome: z.nullable(handshake),
    groupInfo: handshake,
  }),
  answer: empty,
});

export const commit = route({
  method: 'POST',
  path: '/api/v1/groups/commit',
  auth: 'device',
  summary: 'Append a commit, if no handshake entry came since the one that it follows',
  body: z.strictObject({
    groupId,
    /** Number of the newest handshake entry that the committer has seen; 0 for none. */
    follows: whole,
    /** Names this request among those of the device, so that a repetition is answered alike and not appended twice. */
    request: bytes(16),
    commit: handshake,
    groupInfo: handshake,
    added: members,
    removed: z.array(deviceId).check(z.maxLength(1_000)),
    welcome: z.nullable(handshake),
  }),
  answer: z.strictObject({ number: whole }),
});

export const listGroups = route({
  method: 'GET',
  path: '/api/v1/groups',
  auth: 'device',
  summary: 'Groups of the own account, and whether this device is a member',
  body: empty,
  answer: z.strictObject({
    groups: z.array(z.strictObject({ groupId, member: z.boolean() })),
  }),
});

export const getGroupInfo = route({
  method: 'POST',
  path: '/api/v1/groups/info',
  auth: 'device',
  summary: 'What a device of a member account needs to join by itself',
  body: z.strictObject({ groupId }),
  answer: z.strictObject({ groupInfo: handshake, handshake: whole }),
});
