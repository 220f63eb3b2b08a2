/** Application messages (RFC 9420, section 15). */
import { EMPTY } from '../bytes.ts';
import { check } from '../errors.ts';
import { ContentType, WireFormat } from '../messages/framed-content.ts';
import { cipherSuite, type Environment } from './environment.ts';
import { active, frame, memberContent, signAsMember } from './frame.ts';
import type { ActiveGroup, GroupState } from './state.ts';

export interface EncryptOptions {
  readonly authenticatedData?: Uint8Array;
  /** The plaintext, signature included, is filled with zeros up to this many bytes when it is shorter. */
  readonly paddedLength?: number;
  /** Send although proposals wait for a commit. */
  readonly despiteProposals?: boolean;
}

/** No vector is as long. */
const MOST_PADDED = 2 ** 30;

export interface EncryptedMessage {
  readonly bytes: Uint8Array;
  /** Store this before `bytes` leave: it no longer holds the key that sealed them. */
  readonly state: ActiveGroup;
  readonly generation: number;
}

/**
 * Encrypts `data` for the group. Section 12.4: not while there are proposals that await a commit, since they may be
 * about who can read. Throws `proposals-pending` then: commit first.
 */
export async function encryptApplication(
  env: Environment,
  state: GroupState,
  data: Uint8Array,
  { authenticatedData = EMPTY, paddedLength = 0, despiteProposals = false }: EncryptOptions = {},
): Promise<EncryptedMessage> {
  const own = active(state);
  check(own.group.reinit === undefined, 'reinit-pending');
  check(despiteProposals || own.group.proposals.length === 0, 'proposals-pending');
  check(paddedLength >= 0 && paddedLength < MOST_PADDED, 'invalid-argument');
  const suite = cipherSuite(env, own.group.context.cipherSuite);
  const content = memberContent(
    own,
    { contentType: ContentType.application, applicationData: data },
    authenticatedData,
  );
  const wireFormat = WireFormat.privateMessage;
  const signature = await signAsMember(suite, own, wireFormat, content);
  const message = { wireFormat, content, auth: { signature, confirmationTag: undefined } };
  const framed = await frame(env, suite, own, message, paddedLength);
  return { bytes: framed.bytes, state: framed.state, generation: framed.generation ?? 0 };
}
