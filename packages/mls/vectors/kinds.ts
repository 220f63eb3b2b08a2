/** Which vectors there are, told by what their cases contain, so that a file may have any name. */
import type { CipherSuite, CryptoProvider } from '../src/crypto/provider.ts';
import * as crypto from './crypto-kinds.ts';
import type { Fields } from './fields.ts';
import * as messages from './message-kinds.ts';
import { passiveClientVector } from './passive-kinds.ts';
import * as trees from './tree-kinds.ts';

type Check = (vector: Fields, suite: CipherSuite) => void | Promise<void>;

interface Kind {
  readonly name: string;
  /** Fields that all cases of this kind have and no case of another. */
  readonly marks: readonly string[];
  readonly check: (vector: Fields, provider: CryptoProvider) => void | Promise<void> | 'skipped';
}

/** For kinds whose cases name a cipher suite: skipped when the provider does not have it. */
function suited(check: Check): Kind['check'] {
  return (vector, provider) => {
    const suite = provider.suite(vector.number('cipher_suite'));
    return suite === undefined ? 'skipped' : check(vector, suite);
  };
}

const KINDS: readonly Kind[] = [
  { name: 'tree-math', marks: ['n_leaves', 'n_nodes'], check: crypto.treeMathVector },
  { name: 'deserialization', marks: ['vlbytes_header'], check: crypto.deserializationVector },
  { name: 'crypto-basics', marks: ['ref_hash'], check: suited(crypto.cryptoBasicsVector) },
  { name: 'key-schedule', marks: ['initial_init_secret'], check: suited(crypto.keyScheduleVector) },
  { name: 'psk_secret', marks: ['psks', 'psk_secret'], check: suited(crypto.pskSecretVector) },
  { name: 'secret-tree', marks: ['sender_data', 'leaves'], check: suited(crypto.secretTreeVector) },
  {
    name: 'transcript-hashes',
    marks: ['authenticated_content'],
    check: suited(crypto.transcriptVector),
  },
  { name: 'tree-operations', marks: ['proposal_sender'], check: suited(trees.treeOperationsVector) },
  { name: 'tree-validation', marks: ['resolutions'], check: suited(trees.treeValidationVector) },
  { name: 'treekem', marks: ['update_paths'], check: suited(trees.treekemVector) },
  { name: 'messages', marks: ['mls_welcome'], check: messages.messagesVector },
  { name: 'welcome', marks: ['signer_pub'], check: suited(messages.welcomeVector) },
  {
    name: 'message-protection',
    marks: ['membership_key', 'proposal_pub'],
    check: suited(messages.messageProtectionVector),
  },
  {
    name: 'passive-client',
    marks: ['initial_epoch_authenticator'],
    check: (vector, provider) =>
      provider.suite(vector.number('cipher_suite')) === undefined
        ? 'skipped'
        : passiveClientVector(vector, provider),
  },
];

export function kindOf(vector: Fields): Kind | undefined {
  return KINDS.find(({ marks }) => marks.every((mark) => vector.has(mark)));
}
