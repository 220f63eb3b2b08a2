/** A member run by `ts-mls`, which knows nothing of this package: bytes in, bytes out. */
import { p256 } from '@noble/curves/nist.js';
import {
  acceptAll,
  type CiphersuiteImpl,
  type CiphersuiteName,
  type ClientState,
  type Credential,
  createApplicationMessage,
  createCommit,
  createGroup,
  createProposal,
  decodeMlsMessage,
  defaultLifetime,
  emptyPskIndex,
  encodeGroupState,
  encodeMlsMessage,
  generateKeyPackageWithKey,
  getCiphersuiteFromName,
  getCiphersuiteImpl,
  joinGroup,
  joinGroupExternal,
  type KeyPackage,
  type MLSMessage,
  mlsExporter,
  type PrivateKeyPackage,
  type Proposal,
  processMessage,
} from 'ts-mls';
import { createGroupInfo } from 'ts-mls/createCommit.js';
import { encodeRatchetTree } from 'ts-mls/ratchetTree.js';
import { encode, opaque } from '../../src/codec/codec.ts';

const CAPABILITIES = {
  versions: ['mls10'] as 'mls10'[],
  ciphersuites: [] as CiphersuiteName[],
  extensions: [],
  proposals: [],
  credentials: ['basic' as const],
};

function decodeWhole(bytes: Uint8Array): MLSMessage {
  const decoded = decodeMlsMessage(bytes, 0);
  if (decoded === undefined) throw new Error('ts-mls cannot decode the message');
  return decoded[0];
}

/** ts-mls 1.6.4 makes compressed P-256 keys, where RFC 9420, section 5.1.1 wants the whole point. */
function uncompressed(key: Uint8Array): Uint8Array {
  return key.length === 33 ? p256.Point.fromBytes(key).toBytes(false) : key;
}

export class TsMlsPeer {
  readonly suite: CiphersuiteImpl;
  readonly keyPackage: KeyPackage;
  readonly #privateKeys: PrivateKeyPackage;
  #state: ClientState | undefined;

  private constructor(suite: CiphersuiteImpl, keyPackage: KeyPackage, privateKeys: PrivateKeyPackage) {
    this.suite = suite;
    this.keyPackage = keyPackage;
    this.#privateKeys = privateKeys;
  }

  static async create(name: string, suiteName: CiphersuiteName): Promise<TsMlsPeer> {
    const suite = await getCiphersuiteImpl(getCiphersuiteFromName(suiteName));
    const credential: Credential = {
      credentialType: 'basic',
      identity: new TextEncoder().encode(name),
    };
    const capabilities = { ...CAPABILITIES, ciphersuites: [suiteName] };
    const keys = await suite.signature.keygen();
    const publicKey = uncompressed(keys.publicKey);
    const pair = { signKey: keys.signKey, publicKey };
    const made = await generateKeyPackageWithKey(credential, capabilities, defaultLifetime, [], pair, suite);
    return new TsMlsPeer(suite, made.publicPackage, made.privatePackage);
  }

  get state(): ClientState {
    if (this.#state === undefined) throw new Error('not in a group');
    return this.#state;
  }

  get keyPackageMessage(): Uint8Array {
    return encodeMlsMessage({
      version: 'mls10',
      wireformat: 'mls_key_package',
      keyPackage: this.keyPackage,
    });
  }

  async found(groupId: Uint8Array): Promise<void> {
    this.#state = await createGroup(groupId, this.keyPackage, this.#privateKeys, [], this.suite);
  }

  async join(welcome: Uint8Array): Promise<void> {
    const message = decodeWhole(welcome);
    if (message.wireformat !== 'mls_welcome') throw new Error('not a welcome');
    const { suite, keyPackage } = this;
    this.#state = await joinGroup(message.welcome, keyPackage, this.#privateKeys, emptyPskIndex, suite);
  }

  async joinExternally(groupInfo: Uint8Array): Promise<Uint8Array> {
    const message = decodeWhole(groupInfo);
    if (message.wireformat !== 'mls_group_info') throw new Error('not a group info');
    const { suite, keyPackage } = this;
    const joined = await joinGroupExternal(message.groupInfo, keyPackage, this.#privateKeys, false, suite);
    this.#state = joined.newState;
    return encodeMlsMessage({
      version: 'mls10',
      wireformat: 'mls_public_message',
      publicMessage: joined.publicMessage,
    });
  }

  /**
   * Group information with external key and tree. ts-mls 1.6.4 writes `external_pub` without the length that
   * RFC 9420, section 12.4.3.2 gives it, and reads it so too; here it is written properly.
   */
  async groupInfo(): Promise<Uint8Array> {
    const { hpke } = this.suite;
    const { publicKey } = await hpke.deriveKeyPair(this.state.keySchedule.externalSecret);
    const externalPub = encode(opaque, await hpke.exportPublicKey(publicKey));
    const { groupContext, confirmationTag, ratchetTree } = this.state;
    const groupInfo = await createGroupInfo(
      groupContext,
      confirmationTag,
      this.state,
      [
        { extensionType: 'external_pub', extensionData: externalPub },
        { extensionType: 'ratchet_tree', extensionData: encodeRatchetTree(ratchetTree) },
      ],
      this.suite,
    );
    return encodeMlsMessage({ version: 'mls10', wireformat: 'mls_group_info', groupInfo });
  }

  /** Commits and applies at once. */
  async commit(
    extraProposals: Proposal[],
    wireAsPublicMessage = true,
  ): Promise<{ readonly commit: Uint8Array; readonly welcome: Uint8Array | undefined }> {
    const context = { state: this.state, cipherSuite: this.suite };
    const made = await createCommit(context, {
      extraProposals,
      wireAsPublicMessage,
      ratchetTreeExtension: true,
    });
    this.#state = made.newState;
    const { welcome } = made;
    return {
      commit: encodeMlsMessage(made.commit),
      welcome: welcome && encodeMlsMessage({ version: 'mls10', wireformat: 'mls_welcome', welcome }),
    };
  }

  addOf(message: Uint8Array): Proposal {
    const decoded = decodeWhole(message);
    if (decoded.wireformat !== 'mls_key_package') throw new Error('not a key package');
    return { proposalType: 'add', add: { keyPackage: decoded.keyPackage } };
  }

  async propose(proposal: Proposal): Promise<Uint8Array> {
    const made = await createProposal(this.state, true, proposal, this.suite);
    this.#state = made.newState;
    return encodeMlsMessage(made.message);
  }

  async send(data: Uint8Array): Promise<Uint8Array> {
    const made = await createApplicationMessage(this.state, data, this.suite);
    this.#state = made.newState;
    return encodeMlsMessage({
      version: 'mls10',
      wireformat: 'mls_private_message',
      privateMessage: made.privateMessage,
    });
  }

  /** The plaintext of an application message, `undefined` for a handshake. */
  async process(bytes: Uint8Array): Promise<Uint8Array | undefined> {
    const message = decodeWhole(bytes);
    if (message.wireformat !== 'mls_private_message' && message.wireformat !== 'mls_public_message') {
      throw new Error('neither public nor private message');
    }
    const result = await processMessage(message, this.state, emptyPskIndex, acceptAll, this.suite);
    this.#state = result.newState;
    return result.kind === 'applicationMessage' ? result.message : undefined;
  }

  export(label: string, context: Uint8Array, length: number): Promise<Uint8Array> {
    return mlsExporter(this.state.keySchedule.exporterSecret, label, context, length, this.suite);
  }

  get epochAuthenticator(): Uint8Array {
    return this.state.keySchedule.epochAuthenticator;
  }

  stored(): Uint8Array {
    return encodeGroupState(this.state);
  }

  /** Makes `#state` another one: for measuring the same step again. */
  restore(state: ClientState): void {
    this.#state = state;
  }
}
