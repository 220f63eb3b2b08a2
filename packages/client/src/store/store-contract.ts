/**
 * What every implementation of the store's port must do, as one suite: run in Node on SQLite and in Chromium on
 * IndexedDB. The rules bear ids so that a failure names the rule.
 */
import { type Bytes, utf8 } from '@sotto/crypto/public';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Change, Range, Store } from './store.ts';

export interface StoreUnderTest {
  /** Opens the one store of this test; a second call, after closing, opens the same one again. */
  open(): Promise<Store>;
  /** Removes what the test left behind. */
  remove(): Promise<void>;
}

const bytes = (...values: number[]): Bytes => Uint8Array.from(values);

export function describeStore(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    let under: StoreUnderTest;
    let store: Store;

    beforeEach(async () => {
      under = await make();
      store = await under.open();
    });
    afterEach(async () => {
      await store.close();
      await under.remove();
    });
    const reopen = async (): Promise<void> => {
      await store.close();
      store = await under.open();
    };

    describe('records', () => describeRecords(() => store, reopen));
    describe('ranges', () => describeRanges(() => store));
    describe('batches', () => describeBatches(() => store, reopen));
  });
}

function describeRecords(store: () => Store, reopen: () => Promise<void>): void {
  test('[ST1] a record is there after it was put, and after the store was closed and opened', async () => {
    await store().put('a', bytes(1, 2, 3));
    expect(await store().get('a')).toEqual(bytes(1, 2, 3));
    await reopen();
    expect(await store().get('a')).toEqual(bytes(1, 2, 3));
  });

  test('[ST2] a record that is not there is undefined, and deleting it is no error', async () => {
    expect(await store().get('a')).toBeUndefined();
    await store().delete('a');
    await store().put('a', bytes(1));
    await store().delete('a');
    expect(await store().get('a')).toBeUndefined();
  });

  test('[ST3] a record of no bytes is a record', async () => {
    await store().put('a', bytes());
    expect(await store().get('a')).toEqual(bytes());
  });

  test('[ST4] a record of a megabyte comes back whole', async () => {
    const large = new Uint8Array(1 << 20).map((_, i) => i * 31);
    await store().put('a', large);
    expect(await store().get('a')).toEqual(large);
  });

  test('[ST5] what is put and what is got belong to the caller', async () => {
    const value = bytes(1, 2, 3);
    const putting = store().put('a', value);
    await putting;
    value.fill(9);
    const got = await store().get('a');
    expect(got).toEqual(bytes(1, 2, 3));
    got?.fill(9);
    expect(await store().get('a')).toEqual(bytes(1, 2, 3));
  });

  test('[ST6] a view into a larger buffer is kept as the view alone', async () => {
    await store().put('a', bytes(1, 2, 3, 4).subarray(1, 3));
    expect(await store().get('a')).toEqual(bytes(2, 3));
  });

  test('[ST7] clearing leaves nothing, and the store goes on', async () => {
    await store().batch([
      { put: 'a', value: bytes(1) },
      { put: 'b', value: bytes(2) },
    ]);
    await store().clear();
    expect(await store().range({ prefix: '' })).toEqual([]);
    await store().put('c', bytes(3));
    expect(await store().get('c')).toEqual(bytes(3));
  });

  test('[ST8] closing twice is closing once', async () => {
    await store().close();
    await store().close();
    await reopen();
  });

  test('[ST9] a key that stores could order differently is refused', async () => {
    await expect(store().put('ä', bytes(1))).rejects.toMatchObject({ code: 'store_failed' });
    await expect(store().put('', bytes(1))).rejects.toMatchObject({ code: 'store_failed' });
    expect(await store().range({ prefix: '' })).toEqual([]);
  });
}

function describeRanges(store: () => Store): void {
  const keys = ['a', 'a/1', 'a/10', 'a/2', 'a0', 'b/1'];
  const rangeKeys = async (range: Range) => (await store().range(range)).map(([key]) => key);

  beforeEach(() => store().batch(keys.map((put) => ({ put, value: utf8(put) }))));

  test('[ST10] a range holds the keys of its prefix in the order of their code units, with their values', async () => {
    expect(await store().range({ prefix: 'a/' })).toEqual(
      ['a/1', 'a/10', 'a/2'].map((key) => [key, utf8(key)]),
    );
    expect(await rangeKeys({ prefix: '' })).toEqual(keys);
    expect(await rangeKeys({ prefix: 'c' })).toEqual([]);
  });

  test('[ST11] before and after leave out the key they name and need not be in the store', async () => {
    expect(await rangeKeys({ prefix: 'a/', after: 'a/1' })).toEqual(['a/10', 'a/2']);
    expect(await rangeKeys({ prefix: 'a/', before: 'a/2' })).toEqual(['a/1', 'a/10']);
    expect(await rangeKeys({ prefix: 'a/', after: 'a/11', before: 'z' })).toEqual(['a/2']);
    expect(await rangeKeys({ prefix: 'a/', after: 'A' })).toEqual(['a/1', 'a/10', 'a/2']);
    expect(await rangeKeys({ prefix: 'a/', after: 'a/2', before: 'a/1' })).toEqual([]);
    expect(await rangeKeys({ prefix: 'a/', after: 'a/1', before: 'a/1' })).toEqual([]);
    expect(await rangeKeys({ prefix: 'a/', before: 'a' })).toEqual([]);
    expect(await rangeKeys({ prefix: 'a/', after: 'b' })).toEqual([]);
  });

  test('[ST12] a reversed range begins with the highest key, and a limit counts from its beginning', async () => {
    expect(await rangeKeys({ prefix: 'a/', reverse: true })).toEqual(['a/2', 'a/10', 'a/1']);
    expect(await rangeKeys({ prefix: 'a/', limit: 2 })).toEqual(['a/1', 'a/10']);
    expect(await rangeKeys({ prefix: 'a/', reverse: true, limit: 1 })).toEqual(['a/2']);
    expect(await rangeKeys({ prefix: 'a/', reverse: true, before: 'a/2', limit: 9 })).toEqual([
      'a/10',
      'a/1',
    ]);
    expect(await rangeKeys({ prefix: 'a/', limit: 0 })).toEqual([]);
    expect(await rangeKeys({ prefix: 'a/', reverse: true, limit: 0 })).toEqual([]);
  });
}

function describeBatches(store: () => Store, reopen: () => Promise<void>): void {
  test('[ST13] a batch applies its changes in order', async () => {
    await store().batch([{ put: 'a', value: bytes(1) }, { delete: 'a' }, { put: 'a', value: bytes(2) }]);
    expect(await store().get('a')).toEqual(bytes(2));
    await store().batch([]);
  });

  test('[ST14] a batch with a change that is refused changes nothing', async () => {
    const refused: Change[] = [
      { put: 'a', value: bytes(1) },
      { put: 'ä', value: bytes(2) },
    ];
    await expect(store().batch(refused)).rejects.toMatchObject({ code: 'store_failed' });
    expect(await store().get('a')).toBeUndefined();
  });

  test('[ST15] batches given at once all happen, each whole', async () => {
    const batches = Array.from({ length: 20 }, (_, i) =>
      store().batch([
        { put: 'last', value: bytes(i) },
        { put: `x/${i}`, value: bytes(i) },
      ]),
    );
    await Promise.all(batches);
    expect(await store().range({ prefix: 'x/' })).toHaveLength(20);
    expect(await store().get('last')).toEqual(bytes(19));
  });

  test('[ST16] after any batches, and after opening again, the store is what a map would be', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyBatch, { maxLength: 8 }), anyRange, async (batches, range) => {
        await store().clear();
        const model = new Map<string, Bytes>();
        for (const batch of batches) {
          await store().batch(batch);
          for (const change of batch) applyToModel(model, change);
        }
        expect(await store().range({ prefix: '' })).toEqual(rangeOfModel(model, { prefix: '' }));
        expect(await store().range(range)).toEqual(rangeOfModel(model, range));
        if (batches.length === 8) await reopen();
        expect(await store().range({ prefix: '' })).toEqual(rangeOfModel(model, { prefix: '' }));
      }),
      { numRuns: 60 },
    );
  });
}

/** Few letters, so that keys meet and begin with one another. */
const anyKey = fc.stringMatching(/^[ab/~]{1,4}$/);
const anyChange: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ put: anyKey, value: fc.uint8Array({ maxLength: 8 }).map((value) => new Uint8Array(value)) }),
  fc.record({ delete: anyKey }),
);
const anyBatch = fc.array(anyChange, { maxLength: 12 });
const anyRange: fc.Arbitrary<Range> = fc.record(
  {
    prefix: fc.stringMatching(/^[ab/~]{0,2}$/),
    before: anyKey,
    after: anyKey,
    reverse: fc.boolean(),
    limit: fc.nat(5),
  },
  { requiredKeys: ['prefix'] },
);

function applyToModel(model: Map<string, Bytes>, change: Change): void {
  if ('put' in change) model.set(change.put, change.value);
  else model.delete(change.delete);
}

function rangeOfModel(model: ReadonlyMap<string, Bytes>, range: Range): [string, Bytes][] {
  const { prefix, before, after, limit } = range;
  const found = [...model]
    .filter(([key]) => key.startsWith(prefix))
    .filter(([key]) => (before === undefined || key < before) && (after === undefined || key > after))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  if (range.reverse === true) found.reverse();
  return found.slice(0, limit ?? found.length);
}
