/**
 * What a group asks of each of its leaves (RFC 9420, sections 7.3, 11.1 and 12.1.7). Gathered once and as sets: every
 * leaf of a tree is compared with it, and the lists come from others, who may name one type over and over.
 */
import {
  type Extension,
  ExtensionType,
  isDefaultExtension,
  isDefaultProposal,
  readExtension,
} from '../messages/extension.ts';
import { requiredCapabilitiesCodec } from '../messages/required-capabilities.ts';

/** Types that one client, or every member, has. */
export interface Supported {
  readonly extensions: ReadonlySet<number>;
  readonly proposals: ReadonlySet<number>;
  readonly credentials: ReadonlySet<number>;
}

/** Without the types that capabilities do not list. */
export interface GroupDemands extends Supported {
  /** Of the group's own extensions. The others are those of required_capabilities. */
  readonly inUse: ReadonlySet<number>;
}

export const NO_DEMANDS: GroupDemands = demandsOf([]);

/** Throws `malformed-extension`. */
export function demandsOf(extensions: readonly Extension[]): GroupDemands {
  const required = readExtension(extensions, ExtensionType.requiredCapabilities, requiredCapabilitiesCodec);
  const { extensionTypes = [], proposalTypes = [], credentialTypes = [] } = required ?? {};
  const inUse = extensions.map(({ extensionType }) => extensionType);
  return {
    inUse: new Set(inUse.filter((type) => !isDefaultExtension(type))),
    extensions: new Set(extensionTypes.filter((type) => !isDefaultExtension(type))),
    proposals: new Set(proposalTypes.filter((type) => !isDefaultProposal(type))),
    credentials: new Set(credentialTypes),
  };
}

/** Whether `supported` has all that required_capabilities name. */
export function meetsRequired(demands: GroupDemands, supported: Supported): boolean {
  return (
    demands.extensions.isSubsetOf(supported.extensions) &&
    demands.proposals.isSubsetOf(supported.proposals) &&
    demands.credentials.isSubsetOf(supported.credentials)
  );
}
