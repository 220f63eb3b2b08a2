/** The external_pub extension (RFC 9420, section 12.4.3.2). */
import { type Codec, opaque, struct } from '../codec/codec.ts';

export interface ExternalPub {
  readonly externalPub: Uint8Array;
}

export const externalPubCodec: Codec<ExternalPub> = struct<ExternalPub>({ externalPub: opaque });
