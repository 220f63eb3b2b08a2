/** Path secrets (RFC 9420, sections 7.4 and 7.6): derived upwards, sealed to the copath, opened by others. */
import { equalBytes } from '../bytes.ts';
import { decryptWithLabel, encryptContext, encryptToEach } from '../crypto/encrypt-with-label.ts';
import { deriveSecret } from '../crypto/labels.ts';
import type { CipherSuite, KeyPair, Random } from '../crypto/provider.ts';
import { check, fail } from '../errors.ts';
import { encodeGroupContext, type GroupContext } from '../messages/group-context.ts';
import type { UpdatePath, UpdatePathNode } from '../messages/update-path.ts';
import type { PathStep } from '../public/path.ts';
import { commonLevel } from '../tree/tree-math.ts';
import type { PathKeys } from './state.ts';

/** A node of a path with its secrets; used at once and never stored whole. */
export interface PathNode extends KeyPair {
  readonly node: number;
  readonly pathSecret: Uint8Array;
}

export interface DerivedPath {
  readonly nodes: readonly PathNode[];
  readonly commitSecret: Uint8Array;
}

/** The nodes of `steps`, of which the first has `pathSecret`, and the commit secret above the last. */
export async function derivePath(
  suite: CipherSuite,
  pathSecret: Uint8Array,
  steps: readonly PathStep[],
): Promise<DerivedPath> {
  const nodes: PathNode[] = [];
  let secret = pathSecret;
  for (const { node } of steps) {
    const keyPair = await suite.kem.deriveKeyPair(deriveSecret(suite, secret, 'node'));
    nodes.push({ ...keyPair, node, pathSecret: secret });
    secret = deriveSecret(suite, secret, 'path');
  }
  return { nodes, commitSecret: secret };
}

/** `UpdatePathNode`s: each secret sealed to those below the copath child. */
export function sealPath(
  suite: CipherSuite,
  steps: readonly PathStep[],
  derived: DerivedPath,
  context: GroupContext,
  random: Random,
): Promise<readonly UpdatePathNode[]> {
  const shared = encryptContext(suite, 'UpdatePathNode', encodeGroupContext(context));
  return Promise.all(
    derived.nodes.map(async ({ publicKey, pathSecret }, i) => {
      const messages = (steps[i]?.recipients ?? []).map(({ encryptionKey }) => ({
        publicKey: encryptionKey,
        plaintext: pathSecret,
      }));
      const sealed = await encryptToEach(suite, shared, messages, random);
      return { encryptionKey: publicKey, encryptedPathSecret: sealed.map((entry) => entry.sealed) };
    }),
  );
}

/** What a receiver learns from a path: the nodes above it and the committer, and the commit secret. */
export async function openPath(
  suite: CipherSuite,
  path: UpdatePath,
  steps: readonly PathStep[],
  leaves: { readonly own: number; readonly committer: number },
  pathKeys: PathKeys,
  context: GroupContext,
): Promise<DerivedPath> {
  const level = commonLevel(leaves.own, leaves.committer);
  const first = steps.findIndex((step) => step.level === level);
  const recipients = steps[first]?.recipients ?? fail('path-undecryptable');
  const place = recipients.findIndex(({ node }) => pathKeys.has(node));
  const recipient = recipients[place] ?? fail('path-undecryptable');
  const privateKey = pathKeys.get(recipient.node) ?? fail('path-undecryptable');
  const sealed = path.nodes[first]?.encryptedPathSecret[place] ?? fail('path-undecryptable');
  const keyPair = { privateKey, publicKey: recipient.encryptionKey };
  const shared = encryptContext(suite, 'UpdatePathNode', encodeGroupContext(context));
  const secret = await decryptWithLabel(suite, keyPair, shared, sealed);
  if (secret === undefined) return fail('path-undecryptable');
  const derived = await derivePath(suite, secret, steps.slice(first));
  derived.nodes.forEach(({ publicKey }, i) => {
    const announced = path.nodes[first + i]?.encryptionKey;
    check(announced !== undefined && equalBytes(announced, publicKey), 'path-key-mismatch');
  });
  return derived;
}
