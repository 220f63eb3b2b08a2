/** Credentials (RFC 9420, section 5.3). */
import { type Codec, opaque, uint16, vector } from '../codec/codec.ts';

export const CredentialType = { basic: 1, x509: 2 } as const;

export interface BasicCredential {
  readonly credentialType: typeof CredentialType.basic;
  readonly identity: Uint8Array;
}

/** DER certificates, end entity first. */
export interface X509Credential {
  readonly credentialType: typeof CredentialType.x509;
  readonly certificates: readonly Uint8Array[];
}

/** Any other type: one opaque vector, which the application reads. */
export interface CustomCredential {
  readonly credentialType: number;
  readonly data: Uint8Array;
}

export type Credential = BasicCredential | X509Credential | CustomCredential;

const certificates: Codec<readonly Uint8Array[]> = vector(opaque);

export const credentialCodec: Codec<Credential> = {
  write(writer, credential) {
    writer.uint16(credential.credentialType);
    if ('identity' in credential) writer.opaque(credential.identity);
    else if ('certificates' in credential) certificates.write(writer, credential.certificates);
    else writer.opaque(credential.data);
  },
  read(reader) {
    const credentialType = uint16.read(reader);
    if (credentialType === CredentialType.basic) return { credentialType, identity: reader.opaque() };
    if (credentialType === CredentialType.x509) {
      return { credentialType, certificates: certificates.read(reader) };
    }
    return { credentialType, data: reader.opaque() };
  },
};

export function basicCredential(identity: Uint8Array): BasicCredential {
  return { credentialType: CredentialType.basic, identity };
}
