/**
 * What `@sotto/mls` takes from outside, for one device: the one cipher suite in use, randomness, the device's signing
 * key, and the caller's judgement on leaves.
 *
 * The signing key stays inside WebCrypto: states and key packages hold no bytes of it, and whatever they name, the
 * device's own key signs.
 */
import { type Bytes, copyBytes, equalBytes, type Random, type SigningKey, signRaw } from '@sotto/crypto';
import {
  type AuthenticationRequest,
  type AuthenticationService,
  basicCredential,
  buildProvider,
  type Capabilities,
  type CipherSuite,
  type Credential,
  type Environment,
  type KeyPair,
  type Presented as PresentedLeaf,
  type Primitives,
  SUITES,
} from '@sotto/mls';
import {
  type Authenticate,
  CONTEXT_EXTENSION,
  type GroupPlace,
  LAST_RESORT_EXTENSION,
  MLS_SUITE,
  type Presented,
} from '../mls-engine.ts';
import { failure } from './failure.ts';

/** Windows for what comes late; docs/spec/conversations.md says why these. */
const RETENTION = { pastEpochs: 4, skippedGenerations: 256, forwardGenerations: 1024, resumptionEpochs: 0 };

/** No identity of ours is longer. */
const MOST_IDENTITY = 1024;

/** Of a tree of 2048 leaves: what is bigger costs whoever is led into it too much. */
const MOST_NODES = 2 * 2_048 - 1;

const CAPABILITIES: Capabilities = {
  versions: [1],
  cipherSuites: [MLS_SUITE],
  extensions: [CONTEXT_EXTENSION, LAST_RESORT_EXTENSION],
  proposals: [],
  credentials: [1],
};

export interface Device {
  readonly suite: CipherSuite;
  readonly signatureKey: Bytes;
  /** What a leaf of this device says of it. */
  identity(bytes: Uint8Array): {
    readonly credential: Credential;
    readonly signatureKeyPair: KeyPair;
    readonly capabilities: Capabilities;
  };
  environment(authentication: AuthenticationService): Environment;
}

export function engineDevice(primitives: Primitives, random: Random, signingKey: SigningKey): Device {
  const { ed25519 } = primitives.signature;
  const sign = (_: Uint8Array, message: Uint8Array): Promise<Bytes> => signRaw(signingKey, message);
  const signature = { ...primitives.signature, ed25519: { ...ed25519, sign } };
  const provider = buildProvider(
    { ...primitives, signature },
    SUITES.filter(({ id }) => id === MLS_SUITE),
  );
  const suite = provider.suite(MLS_SUITE);
  if (suite === undefined) throw failure('group_state_invalid');
  const signatureKey = signingKey.publicKey;
  return {
    suite,
    signatureKey,
    identity: (bytes) => ({
      credential: basicCredential(copyBytes(bytes)),
      signatureKeyPair: { publicKey: signatureKey, privateKey: new Uint8Array(0) },
      capabilities: CAPABILITIES,
    }),
    // Lifetimes are for who adds a device to judge: a commit may be read long after the key packages in it expired.
    environment: (authentication) => ({
      provider,
      random,
      authentication,
      retention: RETENTION,
      mostNodes: MOST_NODES,
      now: () => 0n,
      ignoreLifetimes: true,
    }),
  };
}

/** Identity and signature key of a leaf; undefined for a credential that is none of ours. */
export function presented({ credential, signatureKey }: PresentedLeaf): Presented | undefined {
  if (credential.credentialType !== 1 || !('identity' in credential)) return undefined;
  if (credential.identity.length > MOST_IDENTITY) return undefined;
  return { identity: copyBytes(credential.identity), signatureKey: copyBytes(signatureKey) };
}

/** For operations that bring in no leaf. */
export const NOBODY: AuthenticationService = { authenticate: () => false };

/** Accepts every credential of our form; for leaves that are judged afterwards, when more is known. */
export const ANY_OF_OURS: AuthenticationService = {
  authenticate: (request) => request.role === 'member' && presented(request) !== undefined,
};

/** A judgement whose `run` fails with `leaf_refused` and the cause where the caller's check threw. */
export function judgement(authenticate: Authenticate, place: GroupPlace): AuthenticationService {
  return {
    async authenticate(request: AuthenticationRequest) {
      const leaf = presented(request);
      const previous = request.previous === undefined ? null : presented(request.previous);
      if (request.role !== 'member' || leaf === undefined || previous === undefined) return false;
      return accepts(authenticate, leaf, place, previous);
    },
  };
}

/** Throws `leaf_refused` where the check throws, so that its cause is not lost. */
export async function accepts(
  authenticate: Authenticate,
  leaf: Presented,
  place: GroupPlace,
  previous: Presented | null,
): Promise<boolean> {
  // One device, one key: who has another one is another device.
  if (previous !== null && !equalBytes(previous.signatureKey, leaf.signatureKey)) return false;
  try {
    return (await authenticate(leaf, place, previous)) === true;
  } catch (cause) {
    throw failure('leaf_refused', cause);
  }
}
