/** Capabilities of a client (RFC 9420, section 7.2). */
import { type Codec, struct, uint16, vector } from '../codec/codec.ts';

export interface Capabilities {
  readonly versions: readonly number[];
  readonly cipherSuites: readonly number[];
  readonly extensions: readonly number[];
  readonly proposals: readonly number[];
  readonly credentials: readonly number[];
}

export const capabilitiesCodec: Codec<Capabilities> = struct<Capabilities>({
  versions: vector(uint16),
  cipherSuites: vector(uint16),
  extensions: vector(uint16),
  proposals: vector(uint16),
  credentials: vector(uint16),
});
