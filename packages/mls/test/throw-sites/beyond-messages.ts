/**
 * Places that no message and no call lead to: second lines of defence, which the types demand or which stand behind the
 * same rule elsewhere. What can be reached has no business here.
 */
const REASONS: readonly (readonly [string, readonly string[]])[] = [
  [
    'Reading a message gives each kind of content what belongs to it, and the caller chose the kind.',
    [
      "framing/private.ts: write: () => fail('invalid-argument'),",
      "group/process.ts: if (content.contentType !== ContentType.commit) return fail('application-not-private');",
      "group/process.ts: if (content.contentType !== ContentType.application) return fail('malformed');",
      "public/stage-commit.ts: if (content.contentType !== ContentType.commit) return fail('invalid-argument');",
      "public/stage-commit.ts: const confirmationTag = message.auth.confirmationTag ?? fail('malformed');",
      "public/stage-proposal.ts: if (content.contentType !== ContentType.proposal) return fail('invalid-argument');",
    ],
  ],
  [
    'The leaf is there: it is the own one, or its signature was verified just before.',
    [
      "group/commit.ts: const leaf = own.group.tree.leaf(own.ownLeaf) ?? fail('own-leaf-missing');",
      "group/external-join.ts: const leaf = path.tree.leaf(leafIndex) ?? fail('own-leaf-missing');",
      "group/join.ts: const leaf = tree.leaf(info.signer) ?? fail('unknown-sender');",
      "group/process.ts: const leaf = epoch.tree.leaf(leafIndex) ?? fail('unknown-sender');",
      "group/propose.ts: const leaf = state.group.tree.leaf(state.ownLeaf) ?? fail('own-leaf-missing');",
      "group/staged-commit.ts: committer: { leafIndex, leaf: after ?? before ?? fail('tree-malformed') },",
      "public/stage-proposal.ts: const before = tree.leaf(sender.leafIndex) ?? fail('unknown-sender');",
    ],
  ],
  [
    'The list of proposals was judged before any of them is applied.',
    [
      "public/apply-proposals.ts: const leaf = group.tree.leaf(proposal.removed) ?? fail('remove-of-blank-leaf');",
      "public/apply-proposals.ts: if (sender.senderType !== 'member') return fail('proposal-type-not-allowed');",
      "public/apply-proposals.ts: const before = group.tree.leaf(leafIndex) ?? fail('proposal-type-not-allowed');",
      "public/proposal-list.ts: if (sender.senderType !== 'member') fail('proposal-type-not-allowed');",
      "tree/ratchet-tree.ts: check(this.leaf(leafIndex) !== undefined, 'remove-of-blank-leaf');",
    ],
  ],
  [
    'The path has a node above each receiver and the committer, with a ciphertext for each key of its resolution.',
    [
      "group/path-secrets.ts: const recipients = steps[first]?.recipients ?? fail('path-undecryptable');",
      "group/path-secrets.ts: const privateKey = pathKeys.get(recipient.node) ?? fail('path-undecryptable');",
      "group/path-secrets.ts: const sealed = path.nodes[first]?.encryptedPathSecret[place] ?? fail('path-undecryptable');",
    ],
  ],
  [
    'A tree has a member and a leaf at the end of each way down, and a chain that is asked for was not dropped.',
    [
      "framing/private.ts: const chain = ratchets[kind] ?? fail('generation-consumed');",
      "public/apply-proposals.ts: const summary = summarize(tree) ?? fail('tree-malformed');",
      "secrets/secret-tree.ts: return cell.kind === 'secret' ? startRatchets(suite, cell.secret) : fail('generation-consumed');",
      "tree/ratchet-tree.ts: if (cell.kind === 'leaf') return fail('tree-malformed');",
    ],
  ],
  [
    'Newcomers are placed one by one, and what comes back is in their order.',
    ["public/apply-proposals.ts: by: newcomers[i]?.by ?? fail('tree-malformed'),"],
  ],
  [
    'The new group was created in that suite just before.',
    ["group/successor.ts: const suite = env.provider.suite(cipherSuite) ?? fail('unsupported-suite');"],
  ],
];

export const BEYOND_MESSAGES: ReadonlySet<string> = new Set(REASONS.flatMap(([, names]) => names));
