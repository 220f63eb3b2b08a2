/** The required_capabilities extension (RFC 9420, section 11.1). */
import { type Codec, struct, uint16, vector } from '../codec/codec.ts';

export interface RequiredCapabilities {
  readonly extensionTypes: readonly number[];
  readonly proposalTypes: readonly number[];
  readonly credentialTypes: readonly number[];
}

export const requiredCapabilitiesCodec: Codec<RequiredCapabilities> = struct<RequiredCapabilities>({
  extensionTypes: vector(uint16),
  proposalTypes: vector(uint16),
  credentialTypes: vector(uint16),
});
