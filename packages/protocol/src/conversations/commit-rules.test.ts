/** What a group may be for; commits are in engine/hostile-commit.test.ts and the server's following.test.ts. */
import { utf8 } from '@sotto/crypto';
import { encode, requiredCapabilitiesCodec } from '@sotto/mls';
import { describe, expect, it } from 'vitest';
import { groupContextIn, groupExtensions } from './commit-rules.ts';
import { CONTEXT_EXTENSION } from './mls-engine.ts';

const context = utf8('what it is for');
const [required, ours] = groupExtensions(context) as [Extension, Extension];
type Extension = ReturnType<typeof groupExtensions>[number];

const demanding = (...extensionTypes: readonly number[]): Extension => ({
  ...required,
  extensionData: encode(requiredCapabilitiesCodec, {
    extensionTypes,
    proposalTypes: [],
    credentialTypes: [],
  }),
});

describe('the extensions of a group', () => {
  it('are the demand for ours, and ours', () => {
    expect(required).toEqual(demanding(CONTEXT_EXTENSION));
    expect(groupContextIn([required, ours])).toEqual(context);
  });

  it.each<[string, readonly Extension[]]>([
    ['none', []],
    ['ours alone', [ours]],
    ['another order', [ours, required]],
    ['ours twice', [required, ours, ours]],
    ['a further one', [required, ours, { extensionType: 0xf0ff, extensionData: new Uint8Array(0) }]],
    ['a further demand', [demanding(CONTEXT_EXTENSION, 5), ours]],
    ['a demand that is repeated', [demanding(CONTEXT_EXTENSION, CONTEXT_EXTENSION), ours]],
  ])('are no others: %s', (_, extensions) => {
    expect(groupContextIn(extensions)).toBeUndefined();
  });
});
