/** The epoch that an own commit begins as bytes, for who waits for an answer across a restart. They hold secrets. */
import { type Codec, decode, encode } from '../codec/codec.ts';
import { Malformed } from '../codec/reader.ts';
import { fail } from '../errors.ts';
import { enter } from '../group/enter-epoch.ts';
import type { NextEpoch } from '../group/state.ts';
import { headerCodec, refusal } from './public-parts.ts';
import { stateCodec } from './state-codec.ts';

const header: Codec<undefined> = headerCodec(4);

function nextEpochCodec(): Codec<NextEpoch> {
  const body = stateCodec(undefined);
  return {
    write(writer, next) {
      header.write(writer, undefined);
      writer.opaque(next.follows);
      body.write(writer, enter(next, { pastEpochs: [], resumption: [] }));
    },
    read(reader) {
      header.read(reader);
      const follows = reader.opaque();
      const state = body.read(reader);
      if (state.status !== 'active') throw new Malformed('next epoch');
      const { group, ownLeaf, signaturePrivateKey, pathKeys, secrets, secretTree } = state;
      return {
        status: 'staged',
        follows,
        group,
        ownLeaf,
        signaturePrivateKey,
        pathKeys,
        secrets,
        secretTree,
      };
    },
  };
}

/** `staged.next` of an own commit as bytes. */
export function encodeNextEpoch(next: NextEpoch): Uint8Array {
  return encode(nextEpochCodec(), next);
}

/** For `mergeCommit`. Throws `state-version`, `state-older` or `state-malformed`. */
export function decodeNextEpoch(bytes: Uint8Array): NextEpoch {
  const next = decode(nextEpochCodec(), bytes);
  return next ?? fail(refusal(bytes));
}
