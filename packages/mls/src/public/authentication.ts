/** The authentication service (RFC 9420, section 5.3.1): who decides whether a credential is acceptable. */
import type { Credential } from '../messages/credential.ts';
import type { LeafNode } from '../messages/leaf-node.ts';

export interface Presented {
  readonly credential: Credential;
  readonly signatureKey: Uint8Array;
}

export interface AuthenticationRequest extends Presented {
  readonly role: 'member' | 'external_sender';
  readonly groupId: Uint8Array;
  /** What stood in the same leaf before: the new credential must be a valid successor of it. */
  readonly previous: Presented | undefined;
  /** The whole new leaf, for its extensions; absent for external senders. */
  readonly leaf: LeafNode | undefined;
}

/** There is no default: who uses the engine decides. */
export interface AuthenticationService {
  /** Called for each new or changed leaf before it is accepted. False refuses it. */
  authenticate(request: AuthenticationRequest): boolean | Promise<boolean>;
  /**
   * What stays of a member when its credential changes, for sections 11.2 and 11.3: who of the old group is in the new
   * one. Without it, the whole credential. Only leaves that `authenticate` accepted are asked about.
   */
  identityOf?(leaf: LeafNode): Uint8Array;
}
