/** The external_senders extension (RFC 9420, section 12.1.8.1). */
import { type Codec, opaque, struct, vector } from '../codec/codec.ts';
import { type Credential, credentialCodec } from './credential.ts';

export interface ExternalSender {
  readonly signatureKey: Uint8Array;
  readonly credential: Credential;
}

export const externalSendersCodec: Codec<readonly ExternalSender[]> = vector(
  struct<ExternalSender>({ signatureKey: opaque, credential: credentialCodec }),
);
