/** A whole state as bytes. They hold secrets: whoever stores them seals them. */
import { type Codec, decode, encode } from '../codec/codec.ts';
import { fail } from '../errors.ts';
import type { GroupState } from '../group/state.ts';
import { headerCodec, refusal } from './public-parts.ts';
import { stateCodec } from './state-codec.ts';

const header: Codec<undefined> = headerCodec(2);

function snapshotCodec(): Codec<GroupState> {
  const body = stateCodec(undefined);
  return {
    write(writer, state) {
      header.write(writer, undefined);
      body.write(writer, state);
    },
    read(reader) {
      header.read(reader);
      return body.read(reader);
    },
  };
}

export function encodeState(state: GroupState): Uint8Array {
  return encode(snapshotCodec(), state);
}

/** Throws `state-version`, `state-older` or `state-malformed`. */
export function decodeState(bytes: Uint8Array): GroupState {
  const state = decode(snapshotCodec(), bytes);
  return state ?? fail(refusal(bytes));
}
