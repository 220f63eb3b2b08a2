/** The lifetime of a key package's leaf (RFC 9420, section 7.2), in seconds since the Unix epoch. */
import { type Codec, struct, uint64 } from '../codec/codec.ts';

export interface Lifetime {
  readonly notBefore: bigint;
  readonly notAfter: bigint;
}

export const lifetimeCodec: Codec<Lifetime> = struct<Lifetime>({ notBefore: uint64, notAfter: uint64 });
