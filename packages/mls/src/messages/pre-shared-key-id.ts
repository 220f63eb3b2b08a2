/** Identifiers of pre-shared keys (RFC 9420, section 8.4). */
import { type Codec, encode, oneOf, struct, uint8, uint16 } from '../codec/codec.ts';

export const PskType = { external: 1, resumption: 2 } as const;
export const ResumptionPskUsage = { application: 1, reinit: 2, branch: 3 } as const;
export type ResumptionPskUsage = (typeof ResumptionPskUsage)[keyof typeof ResumptionPskUsage];

export interface ExternalPskId {
  readonly pskType: typeof PskType.external;
  readonly pskId: Uint8Array;
  readonly pskNonce: Uint8Array;
}

export interface ResumptionPskId {
  readonly pskType: typeof PskType.resumption;
  readonly usage: ResumptionPskUsage;
  readonly pskGroupId: Uint8Array;
  readonly pskEpoch: bigint;
  readonly pskNonce: Uint8Array;
}

export type PreSharedKeyId = ExternalPskId | ResumptionPskId;

const typeCodec: Codec<1 | 2> = oneOf(uint8, [1, 2]);
const usageCodec: Codec<ResumptionPskUsage> = oneOf(uint8, [1, 2, 3]);

export const preSharedKeyIdCodec: Codec<PreSharedKeyId> = {
  write(writer, id) {
    writer.uint8(id.pskType);
    if (id.pskType === PskType.external) {
      writer.opaque(id.pskId);
    } else {
      writer.uint8(id.usage);
      writer.opaque(id.pskGroupId);
      writer.uint64(id.pskEpoch);
    }
    writer.opaque(id.pskNonce);
  },
  read(reader) {
    const pskType = typeCodec.read(reader);
    if (pskType === PskType.external) return { pskType, pskId: reader.opaque(), pskNonce: reader.opaque() };
    return {
      pskType,
      usage: usageCodec.read(reader),
      pskGroupId: reader.opaque(),
      pskEpoch: reader.uint64(),
      pskNonce: reader.opaque(),
    };
  },
};

interface PskLabel {
  readonly id: PreSharedKeyId;
  readonly index: number;
  readonly count: number;
}

const pskLabelCodec: Codec<PskLabel> = struct<PskLabel>({
  id: preSharedKeyIdCodec,
  index: uint16,
  count: uint16,
});

/** `PSKLabel`. */
export function encodePskLabel(id: PreSharedKeyId, index: number, count: number): Uint8Array {
  return encode(pskLabelCodec, { id, index, count });
}
