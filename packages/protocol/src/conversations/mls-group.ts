/**
 * The handle of a group, and its form at rest.
 *
 * ```
 * form = version (1 byte, 1) ‖ GroupState as ts-mls 1.6.4 writes it
 * ```
 * In the state, the private signing key is empty (suite.ts), and a kept key of a skipped message is
 * key (32) ‖ nonce (12), not the ratchet's secret (mls-ratchet.ts).
 */
import { type Bytes, concat, copyBytes, equalBytes } from '@sotto/crypto/public';
import type { ClientConfig, ClientState, GroupContext } from 'ts-mls';
import { defaultClientConfig } from 'ts-mls/clientConfig.js';
import { decodeGroupState, encodeGroupState } from 'ts-mls/clientState.js';
import type { Group, GroupPlace } from './mls-engine.ts';
import { CONTEXT_EXTENSION } from './mls-engine.ts';
import { failure } from './mls-failure.ts';
import { leafAt } from './mls-tree.ts';

const VERSION = 1;
/** Former epochs whose messages can still be read. */
const KEPT_EPOCHS = 4;

/**
 * What ts-mls may decide by itself. Its own check of credentials sees too little to judge by, so that it only keeps
 * out foreign kinds; the caller's check runs over whole leaves before anything of a result is handed out.
 */
export const CONFIG: ClientConfig = {
  ...defaultClientConfig,
  keyRetentionConfig: {
    ...defaultClientConfig.keyRetentionConfig,
    retainKeysForEpochs: KEPT_EPOCHS,
  },
  authService: {
    validateCredential: async (credential) => credential.credentialType === 'basic',
  },
};

export class GroupHandle implements Group {
  readonly groupId: Bytes;
  readonly epoch: number;
  readonly ownLeaf: number;
  readonly active: boolean;
  readonly state: ClientState;
  #spent = false;

  constructor(state: ClientState) {
    this.state = state;
    this.groupId = copyBytes(state.groupContext.groupId);
    this.epoch = Number(state.groupContext.epoch);
    this.ownLeaf = state.privatePath.leafIndex;
    this.active = state.groupActiveState.kind === 'active';
  }

  get spent(): boolean {
    return this.#spent;
  }

  /** Uses the handle up at once, so that two operations cannot take the same key; `release` undoes a failed one. */
  spend(): void {
    if (this.#spent) throw failure('group_spent');
    this.#spent = true;
  }

  release(): void {
    this.#spent = false;
  }
}

/** The handle behind a group; throws `group_spent`, and `group_state_invalid` for anything this engine did not make. */
export function handleOf(group: Group): GroupHandle {
  if (!(group instanceof GroupHandle)) throw failure('group_state_invalid');
  if (group.spent) throw failure('group_spent');
  return group;
}

/** Like {@link handleOf}, for what only a member can do. */
export function memberHandleOf(group: Group): GroupHandle {
  const handle = handleOf(group);
  if (!handle.active) throw failure('not_a_member');
  return handle;
}

export function contextOf(groupContext: GroupContext): Bytes | undefined {
  const found = groupContext.extensions.filter((extension) => extension.extensionType === CONTEXT_EXTENSION);
  const [extension] = found;
  return extension !== undefined && found.length === 1 ? copyBytes(extension.extensionData) : undefined;
}

export function placeOf(groupContext: GroupContext): GroupPlace | undefined {
  const context = contextOf(groupContext);
  return context === undefined ? undefined : { groupId: copyBytes(groupContext.groupId), context };
}

export function encodeGroup(handle: GroupHandle): Bytes {
  return concat(Uint8Array.of(VERSION), encodeGroupState(handle.state));
}

/** Throws `group_state_newer`, and `group_state_invalid` for damaged bytes or the group of another device. */
export function decodeGroup(bytes: Uint8Array, signatureKey: Uint8Array): GroupHandle {
  const [version] = bytes;
  if (version !== undefined && version > VERSION) throw failure('group_state_newer');
  if (version !== VERSION) throw failure('group_state_invalid');
  const handle = new GroupHandle({ ...decodeState(copyBytes(bytes.subarray(1))), clientConfig: CONFIG });
  const own = handle.active ? leafAt(handle.state.ratchetTree, handle.ownLeaf) : undefined;
  if (handle.active && (own === undefined || !equalBytes(own.signatureKey, signatureKey))) {
    throw failure('group_state_invalid');
  }
  if (placeOf(handle.state.groupContext) === undefined) throw failure('group_state_invalid');
  return handle;
}

function decodeState(bytes: Bytes) {
  try {
    const decoded = decodeGroupState(bytes, 0);
    if (decoded !== undefined && decoded[1] === bytes.length) return decoded[0];
  } catch (cause) {
    throw failure('group_state_invalid', cause);
  }
  throw failure('group_state_invalid');
}
