/**
 * The change from one state to a later one as bytes: a few hundred for a message, O(log n) for a commit.
 *
 * Forward secrecy needs more than appending: once the entries since a snapshot are many, write a new
 * snapshot and erase the old one with its journal, since together they still hold what was deleted.
 */
import { equalBytes } from '../bytes.ts';
import { type Codec, decode, encode, fixed } from '../codec/codec.ts';
import { Malformed } from '../codec/reader.ts';
import { fail } from '../errors.ts';
import type { GroupState } from '../group/state.ts';
import { FINGERPRINT_LENGTH, fingerprint } from './fingerprint.ts';
import { headerCodec, refusal } from './public-parts.ts';
import { stateCodec } from './state-codec.ts';

const header: Codec<undefined> = headerCodec(3);
const printOf = fixed(FINGERPRINT_LENGTH);

function journalCodec(base: GroupState): Codec<GroupState> {
  const body = stateCodec(base);
  const print = fingerprint(base);
  return {
    write(writer, state) {
      header.write(writer, undefined);
      writer.raw(print);
      body.write(writer, state);
    },
    read(reader) {
      header.read(reader);
      if (!equalBytes(printOf.read(reader), print)) throw new Malformed('base of journal entry');
      return body.read(reader);
    },
  };
}

/** What to append to the journal when `after` replaces `before`. */
export function encodeJournal(before: GroupState, after: GroupState): Uint8Array {
  return encode(journalCodec(before), after);
}

/** The state after an entry. Throws `state-malformed` where `before` is not the state that it was written against. */
export function applyJournal(before: GroupState, entry: Uint8Array): GroupState {
  const state = decode(journalCodec(before), entry);
  return state ?? fail(refusal(entry));
}
