/** What an application reads from a group's state. */
import { EMPTY } from '../bytes.ts';
import { ExtensionType, findExtension } from '../messages/extension.ts';
import { exportFrom } from '../schedule/key-schedule.ts';
import type { Member } from '../tree/cells.ts';
import { cipherSuite, type Environment } from './environment.ts';
import { active } from './frame.ts';
import type { GroupState } from './state.ts';

/** The members in the order of their leaves. */
export function members({ group }: GroupState): readonly Member[] {
  return [...group.tree.members()];
}

/** MLS-Exporter (RFC 9420, section 8.5): `length` bytes that only members of this epoch can derive. */
export function exportSecret(
  env: Environment,
  state: GroupState,
  label: string,
  context: Uint8Array,
  length: number,
): Uint8Array {
  const { secrets, group } = active(state);
  const suite = cipherSuite(env, group.context.cipherSuite);
  return exportFrom(suite, secrets.exporterSecret, label, context, length);
}

/** Equal for all who agree on the group and its whole history (RFC 9420, section 8.7). */
export function epochAuthenticator(state: GroupState): Uint8Array {
  return active(state).secrets.epochAuthenticator.slice();
}

/** The data of a group-context extension. */
export function groupExtension({ group }: GroupState, type: number): Uint8Array | undefined {
  return findExtension(group.context.extensions, type);
}

/** The application_id of a leaf (RFC 9420, section 5.3.3); empty when it has none. */
export function applicationId({ leaf }: Member): Uint8Array {
  return findExtension(leaf.extensions, ExtensionType.applicationId) ?? EMPTY;
}
