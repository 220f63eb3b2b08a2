/**
 * `@sotto/mls/public`: following a group without any of its secrets. Nothing that is reached from here
 * can decrypt, sign or derive a secret; a test walks the imports to make sure.
 */
export type { PublicProvider, PublicSuite } from '../crypto/public-suite.ts';
export { universalPublicProvider } from '../crypto/universal/public-suites.ts';
export { MLS_ERRORS, MlsError, type MlsErrorCode } from '../errors.ts';
export {
  type BasicCredential,
  basicCredential,
  type Credential,
  CredentialType,
  type CustomCredential,
  type X509Credential,
} from '../messages/credential.ts';
export { type Extension, ExtensionType, findExtension } from '../messages/extension.ts';
export { ContentType, WireFormat } from '../messages/framed-content.ts';
export type { GroupContext } from '../messages/group-context.ts';
export type { LeafNode } from '../messages/leaf-node.ts';
export { decodeMessage, type MlsMessage } from '../messages/mls-message.ts';
export { type Proposal, ProposalType } from '../messages/proposal.ts';
export type { Sender } from '../messages/sender.ts';
export { decodePublicGroup, encodePublicGroup } from '../state/public-group-codec.ts';
export type { Member } from '../tree/cells.ts';
export type { RatchetTree } from '../tree/ratchet-tree.ts';
export type { AddedMember, RemovedMember, UpdatedMember } from './apply-proposals.ts';
export type { AuthenticationRequest, AuthenticationService, Presented } from './authentication.ts';
export type { PublicEnvironment } from './environment.ts';
export { type Followed, followFromGroupInfo, followMessage } from './follow.ts';
export { checkGroupInfo, checkWelcome } from './hand-over.ts';
export type { PublicGroup, StoredProposal } from './public-group.ts';
export type { StagedPublicCommit } from './stage-commit.ts';
export { verifyKeyPackage } from './verify-key-package.ts';
