/** `@sotto/mls`: Messaging Layer Security (RFC 9420) for a member of a group. */

export { decode, encode } from './codec/codec.ts';
export { buildProvider, type Primitives } from './crypto/build-suite.ts';
export type {
  Aead,
  Awaitable,
  CipherSuite,
  CryptoProvider,
  Kem,
  KeyPair,
  Random,
} from './crypto/provider.ts';
export { DEFAULT_SUITE_ID, HYBRID_SUITE_ID, SUITES, type SuiteParameters } from './crypto/suites.ts';
export { universalPrimitives, universalProvider } from './crypto/universal/index.ts';
export { type EncryptedMessage, type EncryptOptions, encryptApplication } from './group/application.ts';
export { type CommitOptions, type CreatedCommit, createCommit } from './group/commit.ts';
export { type CreateGroupOptions, createGroup } from './group/create.ts';
export type { Environment } from './group/environment.ts';
export {
  type ExternalJoin,
  type ExternalJoinOptions,
  joinByExternalCommit,
  type StagedJoin,
} from './group/external-join.ts';
export { encodeTree, exportGroupInfo, type GroupInfoOptions } from './group/group-info.ts';
export { type Joined, type JoinOptions, joinGroup, joinGroupByInviter } from './group/join.ts';
export {
  generateKeyPackage,
  type Identity,
  isLastResort,
  type KeyPackageBundle,
  type KeyPackageOptions,
  keyPackageBundleCodec,
} from './group/key-package.ts';
export { EMPTY_SHELF, type KeyPackageShelf, shelve, type Taken, takeFor } from './group/key-package-shelf.ts';
export { mergeCommit } from './group/merge-commit.ts';
export {
  processMessage,
  type Received,
  type ReceivedApplication,
  type ReceivedCommit,
  type ReceivedProposal,
} from './group/process.ts';
export {
  createProposal,
  type ProposeOptions,
  proposeUpdate,
  type SentProposalMessage,
} from './group/propose.ts';
export {
  type OutsideProposal,
  proposeFromOutside,
  type SentOutsideProposal,
} from './group/propose-from-outside.ts';
export type { CommitSummary, StagedCommit, StagedOwnCommit } from './group/staged-commit.ts';
export type {
  ActiveGroup,
  ClosedGroup,
  GroupState,
  NextEpoch,
  NextWithoutUs,
  PastEpoch,
} from './group/state.ts';
export { branchGroup, reinitGroup, type Successor, type SuccessorOptions } from './group/successor.ts';
export { applicationId, epochAuthenticator, exportSecret, groupExtension, members } from './group/views.ts';
export type { Capabilities } from './messages/capabilities.ts';
export { type ExternalSender, externalSendersCodec } from './messages/external-sender.ts';
export { type KeyPackage, keyPackageRef } from './messages/key-package.ts';
export type { Lifetime } from './messages/lifetime.ts';
export { encodeMessage } from './messages/mls-message.ts';
export {
  type ExternalPskId,
  type PreSharedKeyId,
  PskType,
  type ResumptionPskId,
  ResumptionPskUsage,
} from './messages/pre-shared-key-id.ts';
export { type RequiredCapabilities, requiredCapabilitiesCodec } from './messages/required-capabilities.ts';
export * from './public/index.ts';
export { DEFAULT_RETENTION, type Retention } from './secrets/retention.ts';
export { applyJournal, encodeJournal } from './state/journal.ts';
export { decodeNextEpoch, encodeNextEpoch } from './state/next-epoch-codec.ts';
export {
  decodeSecretPages,
  encodeSecretPages,
  type SecretPages,
  withoutSecretTree,
} from './state/secret-pages.ts';
export { decodeState, encodeState } from './state/snapshot.ts';
