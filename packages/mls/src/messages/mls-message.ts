/** `MLSMessage` (RFC 9420, section 6): whatever travels between clients. */
import { type Codec, decode, encode } from '../codec/codec.ts';
import { Malformed } from '../codec/reader.ts';
import { WireFormat } from './framed-content.ts';
import { MLS10 } from './group-context.ts';
import { type GroupInfo, groupInfoCodec } from './group-info.ts';
import { type KeyPackage, keyPackageCodec } from './key-package.ts';
import { type PrivateMessage, privateMessageCodec } from './private-message.ts';
import { type PublicMessage, publicMessageCodec } from './public-message.ts';
import { type Welcome, welcomeCodec } from './welcome.ts';

export type MlsMessage =
  | { readonly wireFormat: typeof WireFormat.publicMessage; readonly publicMessage: PublicMessage }
  | { readonly wireFormat: typeof WireFormat.privateMessage; readonly privateMessage: PrivateMessage }
  | { readonly wireFormat: typeof WireFormat.welcome; readonly welcome: Welcome }
  | { readonly wireFormat: typeof WireFormat.groupInfo; readonly groupInfo: GroupInfo }
  | { readonly wireFormat: typeof WireFormat.keyPackage; readonly keyPackage: KeyPackage };

const mlsMessageCodec: Codec<MlsMessage> = {
  write(writer, message) {
    writer.uint16(MLS10);
    writer.uint16(message.wireFormat);
    switch (message.wireFormat) {
      case WireFormat.publicMessage:
        return publicMessageCodec.write(writer, message.publicMessage);
      case WireFormat.privateMessage:
        return privateMessageCodec.write(writer, message.privateMessage);
      case WireFormat.welcome:
        return welcomeCodec.write(writer, message.welcome);
      case WireFormat.groupInfo:
        return groupInfoCodec.write(writer, message.groupInfo);
      case WireFormat.keyPackage:
        return keyPackageCodec.write(writer, message.keyPackage);
    }
  },
  read(reader) {
    if (reader.uint16() !== MLS10) throw new Malformed('protocol version');
    const wireFormat = reader.uint16();
    switch (wireFormat) {
      case WireFormat.publicMessage:
        return { wireFormat, publicMessage: publicMessageCodec.read(reader) };
      case WireFormat.privateMessage:
        return { wireFormat, privateMessage: privateMessageCodec.read(reader) };
      case WireFormat.welcome:
        return { wireFormat, welcome: welcomeCodec.read(reader) };
      case WireFormat.groupInfo:
        return { wireFormat, groupInfo: groupInfoCodec.read(reader) };
      case WireFormat.keyPackage:
        return { wireFormat, keyPackage: keyPackageCodec.read(reader) };
      default:
        throw new Malformed('wire format');
    }
  },
};

export function encodeMessage(message: MlsMessage): Uint8Array {
  return encode(mlsMessageCodec, message);
}

/** `undefined` for what is malformed or of another protocol version. */
export function decodeMessage(bytes: Uint8Array): MlsMessage | undefined {
  return decode(mlsMessageCodec, bytes);
}
