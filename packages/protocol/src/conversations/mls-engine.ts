/**
 * The port to Messaging Layer Security (RFC 9420): what a device asks of an engine, and nothing of how it is done.
 * Only the adapter in `engine/` knows the library behind it (docs/spec/conversations.md).
 *
 * An engine belongs to one device: it holds the device's signing key and its source of randomness. Identities are
 * opaque bytes here; who may be a member is for the caller's {@link Authenticate} to say, and no leaf enters a group
 * without it.
 *
 * Every function rejects with a SottoError whose code is one of {@link MLS_ERRORS}, and changes nothing then.
 * Bytes handed in are neither kept nor changed; bytes handed out belong to the caller.
 */
import type { Bytes } from '@sotto/crypto/public';

/** The one cipher suite in use: MLKEM768-X25519, AES-256-GCM, SHA-384, Ed25519. The number is that of the wire. */
export const MLS_SUITE = 0xf042;

/** No group is entered beyond it: no honest one gets there, and it leaves room for as many commits again. */
export const MOST_EPOCH = 2n ** 48n;

/** Our group-context extension; each member must support it. */
export const CONTEXT_EXTENSION = 0xf071;

/** Marks a key package of last resort (draft-ietf-mls-extensions). */
export const LAST_RESORT_EXTENSION = 0x000a;

export const MLS_ERRORS = [
  /** Not decodable, changed on the way, or for keys that this device does not have. */
  'message_unreadable',
  /** Was read before. */
  'message_replayed',
  /** Its epoch or its key is no longer kept. */
  'message_too_old',
  /** Further ahead of its sender's last message than keys are made for. */
  'message_too_far',
  /** Of an epoch that this device has not reached: commits are missing. */
  'message_of_future',
  /** Sent by this very leaf. */
  'message_own',
  /** Breaks a rule; the epoch stays open for another commit. */
  'commit_invalid',
  /** Follows an epoch that is over. */
  'commit_stale',
  /** The caller's check did not accept a leaf. */
  'leaf_refused',
  /** This device is not, or no longer, a member. */
  'not_a_member',
  /** For none of the key packages given. */
  'welcome_not_ours',
  'welcome_invalid',
  'group_info_invalid',
  'key_package_invalid',
  /** This handle was used up by an operation that succeeded; go on with its result. */
  'group_spent',
  'group_state_invalid',
  /** Written by a newer version of this program. */
  'group_state_newer',
  'random_failed',
] as const;
export type MlsErrorCode = (typeof MLS_ERRORS)[number];

/** What a leaf says of its device. */
export interface Presented {
  /** The credential's bytes, as `credential.ts` makes them. */
  readonly identity: Bytes;
  /** Ed25519 public key, 32 bytes. */
  readonly signatureKey: Bytes;
}

export interface Leaf extends Presented {
  /** Position in the group, from 0. */
  readonly leaf: number;
}

/** The group that a leaf stands in or wants to enter. */
export interface GroupPlace {
  readonly groupId: Bytes;
  /** The bytes of our group-context extension. */
  readonly context: Bytes;
}

/**
 * Whether this device may be a member: the engine's authentication service (RFC 9420 section 5.3.1). Called for each
 * leaf of a group that is joined, and for each leaf that a commit adds or changes; anything but `true`, a throw
 * included, refuses the whole operation with `leaf_refused`. Another signature key in the place of a member is
 * refused without asking.
 * @param previous what stood in the leaf's place before: a member that renews its leaf, or comes back from outside;
 * null for who is new, and for all of a group that is joined
 */
export type Authenticate = (
  leaf: Presented,
  place: GroupPlace,
  previous: Presented | null,
) => boolean | Promise<boolean>;

/**
 * A device's view of a group at one moment. Treat it as a value that only the engine can look into.
 * `encrypt`, `process` of an application message, `merge` and `adopt` use it up: their result replaces it, and to use
 * the old one again fails with `group_spent`, so that no message key serves twice. Where the result could not be
 * kept, decode what was kept last.
 */
export interface Group {
  readonly groupId: Bytes;
  readonly epoch: number;
  readonly ownLeaf: number;
  /** False after this device's leaf was removed: messages of former epochs can still be read. */
  readonly active: boolean;
}

/** A group at rest. Secret. */
export interface KeptGroup {
  /** Large, and the same for all of an epoch, but where a message of a former one was read. */
  readonly fixed: Bytes;
  /** Good with their own `fixed` only. */
  readonly moving: readonly KeptPage[];
}

/** A small record of those that messages change. */
export interface KeptPage {
  readonly place: number;
  readonly bytes: Bytes;
}

/** What to write of a group, in one batch. */
export interface KeptChange {
  /** Null where the one that is kept is still good. Else nothing else that is kept is: pages are to be deleted. */
  readonly fixed: Bytes | null;
  /** Each replaces the one in its place. */
  readonly moving: readonly KeptPage[];
}

export interface KeyPackagePair {
  /** What others get: an MLSMessage with the KeyPackage. */
  readonly publicBytes: Bytes;
  /** Secret; needed once, in `join`. Versioned. */
  readonly privateBytes: Bytes;
  /** KeyPackageRef (RFC 9420 section 5.2): names the package in a welcome. */
  readonly ref: Bytes;
}

export interface KeyPackageRequest {
  readonly identity: Bytes;
  /** May be used more than once, where no other is left. */
  readonly lastResort: boolean;
  /** Seconds since 1970. */
  readonly lifetime: { readonly notBefore: number; readonly notAfter: number };
}

export interface KeyPackageInfo {
  readonly identity: Bytes;
  readonly signatureKey: Bytes;
  readonly lastResort: boolean;
  readonly lifetime: { readonly notBefore: number; readonly notAfter: number };
  readonly ref: Bytes;
}

export interface CommitRequest {
  /** `publicBytes` of the key packages of the devices to add. */
  readonly add?: readonly Uint8Array[];
  /** Leaves to remove. */
  readonly remove?: readonly number[];
  /** What the own leaf says of this device from now on; as before where it is left out. */
  readonly identity?: Bytes;
  readonly authenticate: Authenticate;
}

export interface CommitResult {
  /** An MLSMessage with a PublicMessage, for the group's stream. */
  readonly commit: Bytes;
  /** An MLSMessage with a Welcome that holds the tree; null where nobody is added. */
  readonly welcome: Bytes | null;
  /** An MLSMessage with the GroupInfo of the new epoch: external key and tree. */
  readonly groupInfo: Bytes;
  /** Secret; the own view of the new epoch. Keep it until the commit is taken or refused, then `adopt` or forget it. */
  readonly pending: Bytes;
}

export interface ExternalJoin {
  readonly commit: Bytes;
  readonly groupInfo: Bytes;
  /** Valid once the commit has been taken. */
  readonly group: Group;
}

export interface ReceivedMessage {
  readonly kind: 'application';
  readonly plaintext: Bytes;
  readonly sender: Leaf;
  readonly epoch: number;
  /** Counts the sender's messages of the epoch, from 0. */
  readonly generation: number;
  readonly group: Group;
}

export interface ReceivedCommit {
  readonly kind: 'commit';
  /** Who made it; of an external commit, the leaf that joined by it. */
  readonly by: Leaf;
  /** True where `by` joined by this commit itself. */
  readonly external: boolean;
  readonly added: readonly Leaf[];
  /** As they were before. */
  readonly removed: readonly Leaf[];
  /** This device is among the removed. */
  readonly selfRemoved: boolean;
  /** The epoch that it begins. */
  readonly epoch: number;
  /** Enters the new epoch. Rejects nothing more; throws `group_spent` where the group was used meanwhile. */
  readonly merge: () => Group;
}

export type Received = ReceivedMessage | ReceivedCommit;

/** What can be seen of a message without any key. */
export interface MessageHeader {
  readonly kind: 'application' | 'commit';
  readonly groupId: Bytes;
  readonly epoch: number;
}

/** What a GroupInfo says of its group; whether it is authentic shows in `joinExternally`. */
export interface GroupInfoHeader {
  readonly groupId: Bytes;
  readonly epoch: number;
  /** Whether it is of the very state that `group` is in. */
  readonly isOf: (group: Group) => boolean;
}

export interface MlsEngine {
  createKeyPackage(request: KeyPackageRequest): Promise<KeyPackagePair>;
  /** Checks signatures and suite; undefined for anything malformed. Neither lifetime nor identity is judged. */
  readKeyPackage(publicBytes: Uint8Array): Promise<KeyPackageInfo | undefined>;

  /**
   * A group of this device alone, in epoch 0.
   * @param groupId the 16 bytes of a GroupId
   * @param context bytes of our group-context extension; can never be changed later
   */
  createGroup(groupId: Uint8Array, identity: Bytes, context: Uint8Array): Promise<Group>;
  /** Does not use up `group`: until `adopt`, it goes on reading and sending in its epoch. */
  commit(group: Group, request: CommitRequest): Promise<CommitResult>;
  /**
   * Enters the epoch of an own commit that was taken, keeping what `group` can still read of the former epoch.
   * `commit_stale` where `pending` does not follow the epoch of `group`.
   */
  adopt(group: Group, pending: Uint8Array): Promise<Group>;

  /** The KeyPackageRefs that a welcome is for; undefined where it is malformed. */
  welcomeRefs(welcome: Uint8Array): readonly Bytes[] | undefined;
  /**
   * @returns the group, which of the key packages was used (a one-time one must be forgotten), and the member that
   * signed the welcome's group info: who invited
   */
  join(
    welcome: Uint8Array,
    keyPackages: readonly Pick<KeyPackagePair, 'publicBytes' | 'privateBytes'>[],
    authenticate: Authenticate,
  ): Promise<{ readonly group: Group; readonly used: Bytes; readonly by: Leaf }>;
  /** @param replaceOwn removes the former leaf with this device's signature key by the same commit */
  joinExternally(
    groupInfo: Uint8Array,
    identity: Bytes,
    options: { readonly replaceOwn: boolean; readonly authenticate: Authenticate },
  ): Promise<ExternalJoin>;

  /** Pads to a bucket (256, 512, 1024 … bytes) and signs. Keep `group` durably before `message` leaves the device. */
  encrypt(group: Group, plaintext: Uint8Array): Promise<{ readonly message: Bytes; readonly group: Group }>;
  process(group: Group, message: Uint8Array, authenticate: Authenticate): Promise<Received>;
  readHeader(message: Uint8Array): MessageHeader | undefined;
  readGroupInfo(groupInfo: Uint8Array): GroupInfoHeader | undefined;

  members(group: Group): readonly Leaf[];
  context(group: Group): Bytes;
  /** Equal for all members that agree on the group's history; 48 bytes. */
  epochAuthenticator(group: Group): Bytes;
  /** MLS-Exporter (RFC 9420 section 8.5). */
  exportSecret(group: Group, label: string, context: Uint8Array, length: number): Promise<Bytes>;

  /** @param before the group as it was kept last, if this one came from it: `fixed` may then be left out */
  encode(group: Group, before?: Group): KeptChange;
  decode(kept: KeptGroup): Promise<Group>;
}
