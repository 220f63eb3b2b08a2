/** Group information for Welcomes and external joins (RFC 9420, section 12.4.3). */
import { encode } from '../codec/codec.ts';
import type { CipherSuite } from '../crypto/provider.ts';
import { signWithLabel } from '../crypto/sign-with-label.ts';
import { fail } from '../errors.ts';
import { type Extension, ExtensionType } from '../messages/extension.ts';
import { externalPubCodec } from '../messages/external-pub.ts';
import { WireFormat } from '../messages/framed-content.ts';
import { type GroupInfo, groupInfoToBeSigned } from '../messages/group-info.ts';
import { encodeMessage } from '../messages/mls-message.ts';
import { ratchetTreeCodec } from '../messages/ratchet-tree.ts';
import type { RatchetTree } from '../tree/ratchet-tree.ts';
import { treeToNodes } from '../tree/tree-nodes.ts';
import { cipherSuite, type Environment } from './environment.ts';
import type { ActiveGroup, GroupState, NextEpoch, NextWithoutUs } from './state.ts';

export interface GroupInfoOptions {
  /** Whether the ratchet tree is inside; else the receiver gets it elsewhere. True by default. */
  readonly ratchetTree?: boolean;
  /** Whether the key for joining by external commit is inside. */
  readonly externalPub?: boolean;
  readonly extensions?: readonly Extension[];
}

/** What signing takes of a state, merged or not. */
type Signer = Pick<ActiveGroup, 'group' | 'secrets' | 'ownLeaf' | 'signaturePrivateKey'>;

/** The contents of a ratchet_tree extension. */
export function encodeTree(tree: RatchetTree): Uint8Array {
  return encode(ratchetTreeCodec, treeToNodes(tree));
}

export async function signGroupInfo(
  suite: CipherSuite,
  state: Signer,
  { ratchetTree = true, externalPub = false, extensions = [] }: GroupInfoOptions,
): Promise<GroupInfo> {
  const all: Extension[] = [...extensions];
  if (ratchetTree) {
    const extensionData = encodeTree(state.group.tree);
    all.push({ extensionType: ExtensionType.ratchetTree, extensionData });
  }
  if (externalPub) {
    const { publicKey } = await suite.kem.deriveKeyPair(state.secrets.externalSecret);
    const extensionData = encode(externalPubCodec, { externalPub: publicKey });
    all.push({ extensionType: ExtensionType.externalPub, extensionData });
  }
  const unsigned = {
    groupContext: state.group.context,
    extensions: all,
    confirmationTag: state.group.confirmationTag,
    signer: state.ownLeaf,
  };
  const toBeSigned = groupInfoToBeSigned(unsigned);
  const signature = await signWithLabel(suite, state.signaturePrivateKey, 'GroupInfoTBS', toBeSigned);
  return { ...unsigned, signature };
}

/**
 * A GroupInfo message of a state's epoch, or of the one that a commit begins; by default with tree and external
 * key: enough to join by.
 */
export async function exportGroupInfo(
  env: Environment,
  state: GroupState | NextEpoch | NextWithoutUs,
  options: GroupInfoOptions = { externalPub: true },
): Promise<Uint8Array> {
  const own = 'secrets' in state ? state : fail('group-closed');
  const suite = cipherSuite(env, own.group.context.cipherSuite);
  const groupInfo = await signGroupInfo(suite, own, options);
  return encodeMessage({ wireFormat: WireFormat.groupInfo, groupInfo });
}
