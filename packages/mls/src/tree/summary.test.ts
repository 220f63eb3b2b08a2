import { expect, it } from 'vitest';
import type { LeafNode } from '../messages/leaf-node.ts';
import { blankCells, type Cell, leafCell, parentCell } from './cells.ts';
import { RatchetTree } from './ratchet-tree.ts';
import { summarize } from './summary.ts';

const LEAF: LeafNode = {
  encryptionKey: new Uint8Array(32).fill(1),
  signatureKey: new Uint8Array(32).fill(2),
  credential: { credentialType: 1, identity: new Uint8Array(4) },
  capabilities: { versions: [1], cipherSuites: [1], extensions: [], proposals: [], credentials: [1] },
  origin: { leafNodeSource: 2 },
  extensions: [],
  signature: new Uint8Array(64),
};

/** Places without a member, into which nobody is to look. */
function closed(height: number, looks: string[]): Cell {
  return new Proxy(blankCells(height), {
    get(cell, key) {
      if (key === 'left' || key === 'right') looks.push(key);
      return Reflect.get(cell, key);
    },
  });
}

it('passes over places without a member, however many there are', () => {
  const looks: string[] = [];
  let cell: Cell = leafCell(LEAF);
  for (let height = 0; height < 20; height++) cell = parentCell(undefined, closed(height, looks), cell);
  const tree = new RatchetTree(cell, 20);
  expect(summarize(tree)?.credentials).toEqual(new Set([1]));
  expect(looks).toEqual([]);
});
