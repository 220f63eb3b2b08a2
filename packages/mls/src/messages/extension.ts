/** Extensions (RFC 9420, sections 7.2, 11.1 and 17.3). */
import { type Codec, decode, opaque, struct, uint16, vector } from '../codec/codec.ts';
import { check, fail } from '../errors.ts';

export const ExtensionType = {
  applicationId: 1,
  ratchetTree: 2,
  requiredCapabilities: 3,
  externalPub: 4,
  externalSenders: 5,
  /** draft-ietf-mls-extensions: marks a key package that is handed out when all others are used up. */
  lastResort: 10,
} as const;

/** `struct { ExtensionType extension_type; opaque extension_data<V>; } Extension` */
export interface Extension {
  readonly extensionType: number;
  readonly extensionData: Uint8Array;
}

const extensionCodec: Codec<Extension> = struct<Extension>({
  extensionType: uint16,
  extensionData: opaque,
});

export const extensionsCodec: Codec<readonly Extension[]> = vector(extensionCodec);

/** Types 1 to 5: those of section 7.2 that nobody lists in capabilities, since every client has them. */
export function isDefaultExtension(type: number): boolean {
  return type >= 1 && type <= 5;
}

/** Types 1 to 7: the proposals that capabilities do not list (section 7.2). */
export function isDefaultProposal(type: number): boolean {
  return type >= 1 && type <= 7;
}

export function findExtension(extensions: readonly Extension[], type: number): Uint8Array | undefined {
  return extensions.find((extension) => extension.extensionType === type)?.extensionData;
}

/** The decoded extension of that type, `undefined` when absent; throws `malformed-extension`. */
export function readExtension<T>(
  extensions: readonly Extension[],
  type: number,
  codec: Codec<T>,
): T | undefined {
  const data = findExtension(extensions, type);
  if (data === undefined) return undefined;
  return decode(codec, data) ?? fail('malformed-extension');
}

/** Section 13.4: a list names each type at most once. */
export function checkUniqueExtensions(extensions: readonly Extension[]): void {
  const types = new Set(extensions.map((extension) => extension.extensionType));
  check(types.size === extensions.length, 'duplicate-extension');
}
