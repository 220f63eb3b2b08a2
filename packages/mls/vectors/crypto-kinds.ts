/** Vectors of codec, tree math, primitives and key derivation. */
import { decode, encode, opaque } from '../src/codec/codec.ts';
import { Reader } from '../src/codec/reader.ts';
import { decryptWithLabel, encryptContext, encryptWithLabel } from '../src/crypto/encrypt-with-label.ts';
import { deriveSecret, deriveTreeSecret, expandWithLabel, refHash } from '../src/crypto/labels.ts';
import type { CipherSuite } from '../src/crypto/provider.ts';
import { signWithLabel } from '../src/crypto/sign-with-label.ts';
import { verifyWithLabel } from '../src/crypto/verify-with-label.ts';
import { senderDataKey } from '../src/framing/private.ts';
import {
  type AuthenticatedContent,
  authenticatedContentCodec,
} from '../src/messages/authenticated-content.ts';
import { encodeGroupContext, type GroupContext } from '../src/messages/group-context.ts';
import type { PreSharedKeyId } from '../src/messages/pre-shared-key-id.ts';
import { confirmationTag } from '../src/schedule/confirmation.ts';
import {
  deriveJoinerSecret,
  deriveWelcomeSecret,
  exportFrom,
  startEpoch,
} from '../src/schedule/key-schedule.ts';
import { derivePskSecret } from '../src/schedule/psk-secret.ts';
import { confirmedTranscriptHash, interimTranscriptHash } from '../src/schedule/transcript.ts';
import { takeGeneration } from '../src/secrets/ratchet.ts';
import { DEFAULT_RETENTION } from '../src/secrets/retention.ts';
import { leafRatchets, secretTree } from '../src/secrets/secret-tree.ts';
import * as treeMath from '../src/tree/tree-math.ts';
import { expectBytes, expectDefined, expectTrue, Fields, type Json } from './fields.ts';

export function treeMathVector(vector: Fields): void {
  const leaves = vector.number('n_leaves');
  expectTrue('n_nodes', treeMath.nodeWidth(leaves) === vector.number('n_nodes'));
  expectTrue('root', treeMath.root(leaves) === vector.number('root'));
  const columns: readonly [string, (node: number) => number | undefined][] = [
    ['left', treeMath.left],
    ['right', treeMath.right],
    ['parent', (node) => treeMath.parent(node, leaves)],
    ['sibling', (node) => treeMath.sibling(node, leaves)],
  ];
  for (const [name, compute] of columns) {
    vector.filled(name).forEach((expected, node) => {
      expectTrue(`${name}(${node})`, (compute(node) ?? null) === expected);
    });
  }
}

export function deserializationVector(vector: Fields): void {
  const header = vector.bytes('vlbytes_header');
  const length = vector.number('length');
  const bytes = new Uint8Array(header.length + length);
  bytes.set(header);
  const reader = new Reader(bytes);
  reader.vector();
  expectTrue('length', reader.position === bytes.length);
  // The longest case is a gibibyte: written once here, not three times.
  if (length > 0x100000) return;
  const again = encode(opaque, new Uint8Array(length));
  expectBytes('header', again.subarray(0, header.length), header);
}

export async function cryptoBasicsVector(vector: Fields, suite: CipherSuite): Promise<void> {
  const ref = vector.object('ref_hash');
  expectBytes('ref_hash', refHash(suite, ref.text('label'), ref.bytes('value')), ref.bytes('out'));
  const expand = vector.object('expand_with_label');
  const [label, context] = [expand.text('label'), expand.bytes('context')];
  expectBytes(
    'expand_with_label',
    expandWithLabel(suite, expand.bytes('secret'), label, context, expand.number('length')),
    expand.bytes('out'),
  );
  const derive = vector.object('derive_secret');
  expectBytes(
    'derive_secret',
    deriveSecret(suite, derive.bytes('secret'), derive.text('label')),
    derive.bytes('out'),
  );
  const tree = vector.object('derive_tree_secret');
  const [generation, length] = [tree.number('generation'), tree.number('length')];
  expectBytes(
    'derive_tree_secret',
    deriveTreeSecret(suite, tree.bytes('secret'), tree.text('label'), generation, length),
    tree.bytes('out'),
  );
  await signVector(vector.object('sign_with_label'), suite);
  await encryptVector(vector.object('encrypt_with_label'), suite);
}

async function signVector(sign: Fields, suite: CipherSuite): Promise<void> {
  const [label, content, key] = [sign.text('label'), sign.bytes('content'), sign.bytes('pub')];
  expectTrue('signature', await verifyWithLabel(suite, key, label, content, sign.bytes('signature')));
  const own = await signWithLabel(suite, sign.bytes('priv'), label, content);
  expectTrue('own signature', await verifyWithLabel(suite, key, label, content, own));
}

async function encryptVector(vector: Fields, suite: CipherSuite): Promise<void> {
  const keyPair = { privateKey: vector.bytes('priv'), publicKey: vector.bytes('pub') };
  const context = encryptContext(suite, vector.text('label'), vector.bytes('context'));
  const plaintext = vector.bytes('plaintext');
  const sealed = { kemOutput: vector.bytes('kem_output'), ciphertext: vector.bytes('ciphertext') };
  expectBytes('plaintext', await decryptWithLabel(suite, keyPair, context, sealed), plaintext);
  const random = (length: number): Uint8Array => new Uint8Array(length).fill(7);
  const own = await encryptWithLabel(suite, keyPair.publicKey, context, plaintext, random);
  expectBytes('own plaintext', await decryptWithLabel(suite, keyPair, context, own), plaintext);
}

export async function keyScheduleVector(vector: Fields, suite: CipherSuite): Promise<void> {
  let initSecret = vector.bytes('initial_init_secret');
  let epoch = 0n;
  for (const step of vector.filled('epochs').map((epoch) => new Fields(epoch))) {
    const context: GroupContext = {
      version: 1,
      cipherSuite: suite.id,
      groupId: vector.bytes('group_id'),
      epoch,
      treeHash: step.bytes('tree_hash'),
      confirmedTranscriptHash: step.bytes('confirmed_transcript_hash'),
      extensions: [],
    };
    expectBytes('group_context', encodeGroupContext(context), step.bytes('group_context'));
    const psk = step.bytes('psk_secret');
    const joiner = deriveJoinerSecret(suite, initSecret, step.bytes('commit_secret'), context);
    expectBytes('joiner_secret', joiner, step.bytes('joiner_secret'));
    expectBytes('welcome_secret', deriveWelcomeSecret(suite, joiner, psk), step.bytes('welcome_secret'));
    const { secrets, encryptionSecret, confirmationKey } = startEpoch(suite, joiner, psk, context);
    expectBytes('init_secret', secrets.initSecret, step.bytes('init_secret'));
    expectBytes('sender_data_secret', secrets.senderDataSecret, step.bytes('sender_data_secret'));
    expectBytes('encryption_secret', encryptionSecret, step.bytes('encryption_secret'));
    expectBytes('exporter_secret', secrets.exporterSecret, step.bytes('exporter_secret'));
    expectBytes('epoch_authenticator', secrets.epochAuthenticator, step.bytes('epoch_authenticator'));
    expectBytes('external_secret', secrets.externalSecret, step.bytes('external_secret'));
    expectBytes('confirmation_key', confirmationKey, step.bytes('confirmation_key'));
    expectBytes('membership_key', secrets.membershipKey, step.bytes('membership_key'));
    expectBytes('resumption_psk', secrets.resumptionPsk, step.bytes('resumption_psk'));
    const external = await suite.kem.deriveKeyPair(secrets.externalSecret);
    expectBytes('external_pub', external.publicKey, step.bytes('external_pub'));
    const exporter = step.object('exporter');
    const [label, exported] = [exporter.text('label'), exporter.bytes('context')];
    expectBytes(
      'exporter',
      exportFrom(suite, secrets.exporterSecret, label, exported, exporter.number('length')),
      exporter.bytes('secret'),
    );
    initSecret = secrets.initSecret;
    epoch += 1n;
  }
}

export function pskSecretVector(vector: Fields, suite: CipherSuite): void {
  const psks = vector.objects('psks').map((item) => {
    const id: PreSharedKeyId = {
      pskType: 1,
      pskId: item.bytes('psk_id'),
      pskNonce: item.bytes('psk_nonce'),
    };
    return { id, psk: item.bytes('psk') };
  });
  expectBytes('psk_secret', derivePskSecret(suite, psks), vector.bytes('psk_secret'));
}

export function secretTreeVector(vector: Fields, suite: CipherSuite): void {
  const sender = vector.object('sender_data');
  const data = senderDataKey(suite, sender.bytes('sender_data_secret'), sender.bytes('ciphertext'));
  expectBytes('sender data key', data.key, sender.bytes('key'));
  expectBytes('sender data nonce', data.nonce, sender.bytes('nonce'));
  const leaves = vector.filled('leaves');
  const tree = secretTree(vector.bytes('encryption_secret'), Math.ceil(Math.log2(leaves.length)));
  leaves.forEach((generations, leaf) => {
    if (!Array.isArray(generations)) return;
    const ratchets = leafRatchets(suite, tree, leaf);
    for (const item of generations.map((entry: Json) => new Fields(entry))) {
      for (const kind of ['handshake', 'application'] as const) {
        const ratchet = expectDefined(kind, ratchets[kind]);
        const generation = item.number('generation');
        const { taken } = takeGeneration(suite, ratchet, generation, DEFAULT_RETENTION);
        expectBytes(`${kind} key`, taken.key, item.bytes(`${kind}_key`));
        expectBytes(`${kind} nonce`, taken.nonce, item.bytes(`${kind}_nonce`));
      }
    }
  });
}

export function transcriptVector(vector: Fields, suite: CipherSuite): void {
  const message: AuthenticatedContent = expectDefined(
    'authenticated_content',
    decode(authenticatedContentCodec, vector.bytes('authenticated_content')),
  );
  const before = vector.bytes('interim_transcript_hash_before');
  const confirmed = confirmedTranscriptHash(suite, before, message);
  expectBytes('confirmed', confirmed, vector.bytes('confirmed_transcript_hash_after'));
  const tag = expectDefined('confirmation_tag', message.auth.confirmationTag);
  expectBytes(
    'interim',
    interimTranscriptHash(suite, confirmed, tag),
    vector.bytes('interim_transcript_hash_after'),
  );
  expectBytes('tag', confirmationTag(suite, vector.bytes('confirmation_key'), confirmed), tag);
}
