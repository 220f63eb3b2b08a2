import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordKey, SottoError, systemRandom, toHex, utf8 } from '@sotto/crypto';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openSqliteStore } from '../node/sqlite-store.ts';
import { SealedStore } from './sealed-store.ts';
import type { Store } from './store.ts';
import { checkStoreFormat } from './store-format.ts';

let home: string;
let raw: Store;
let sealed: SealedStore;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'sotto-sealed-'));
  raw = openSqliteStore(join(home, 'store.db'));
  await checkStoreFormat(raw);
  sealed = SealedStore.open(raw, await recordKey(systemRandom(32)), systemRandom);
});
afterEach(async () => {
  await raw.close();
  await rm(home, { recursive: true });
});

describe('the sealed store', () => {
  test('gives back what was put, alone, in ranges and after batches', async () => {
    interface Note {
      readonly text: string;
      readonly bytes: Uint8Array;
    }
    const note: Note = { text: 'sotto voce', bytes: Uint8Array.of(1, 2) };
    await sealed.put('note/1', note);
    await sealed.batch([{ put: 'note/2', value: [1, null, true] }, { delete: 'note/1' }]);
    await sealed.put('note/3', note);
    await sealed.delete('note/2');
    expect(await sealed.get<Note>('note/3')).toEqual(note);
    expect(await sealed.get('note/1')).toBeUndefined();
    expect(await sealed.range({ prefix: '' })).toEqual([['note/3', note]]);
  });

  test('gives back any plain record', async () => {
    const text = fc.string({ unit: 'grapheme' });
    const { record } = fc.letrec((tie) => ({
      leaf: fc.oneof(text, fc.boolean(), fc.constant(null), fc.maxSafeInteger(), fc.uint8Array()),
      record: fc.oneof(
        { maxDepth: 3 },
        tie('leaf'),
        fc.array(tie('record')),
        fc.dictionary(
          text.filter((key) => key !== '__proto__'),
          tie('record'),
          { noNullPrototype: true },
        ),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(record, async (value) => {
        await sealed.put('any', value as object);
        expect(await sealed.get('any')).toEqual(value);
      }),
      { numRuns: 60 },
    );
  });

  test('shows the disk neither what a record says nor that two are equal', async () => {
    await sealed.put('note/1', { text: 'sotto voce' });
    await sealed.put('note/2', { text: 'sotto voce' });
    const stored = (await raw.range({ prefix: 'note/' })).map(([, value]) => toHex(value));
    expect(new Set(stored).size).toBe(2);
    expect(stored.join()).not.toContain(toHex(utf8('sotto')));
  });

  test('calls each changed bit of a record damage, and says nothing of what it holds', async () => {
    await sealed.put('note/1', { text: 'sotto voce' });
    const value = (await raw.get('note/1')) ?? new Uint8Array();
    for (let at = 0; at < value.length; at++) {
      const changed = value.slice();
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      await raw.put('note/1', changed);
      await expect(sealed.get('note/1')).rejects.toMatchObject({ code: 'store_damaged' });
    }
    const error = await sealed.get('note/1').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SottoError);
    expect(String(error)).not.toMatch(/note|sotto voce/);
    await expect(sealed.range({ prefix: '' })).rejects.toMatchObject({ code: 'store_damaged' });
  });

  test('does not open a record in the place of another, or under another key', async () => {
    await sealed.put('note/1', 1);
    const moved = (await raw.get('note/1')) ?? new Uint8Array();
    await raw.put('note/2', moved);
    await expect(sealed.get('note/2')).rejects.toMatchObject({ code: 'store_damaged' });
    const other = SealedStore.open(raw, await recordKey(systemRandom(32)), systemRandom);
    await expect(other.get('note/1')).rejects.toMatchObject({ code: 'store_damaged' });
  });

  test('positive control: were the place not bound, a moved record would open', async () => {
    vi.resetModules();
    vi.doMock('@sotto/crypto', async (original) => {
      const real = await original<typeof import('@sotto/crypto')>();
      const nowhere = new Uint8Array();
      return {
        ...real,
        sealRecord: (key: never, _: Uint8Array, ...rest: [Uint8Array, typeof systemRandom]) =>
          real.sealRecord(key, nowhere, ...rest),
        openRecord: (key: never, _: Uint8Array, record: Uint8Array) => real.openRecord(key, nowhere, record),
      };
    });
    const weak = await import('./sealed-store.ts');
    vi.doUnmock('@sotto/crypto');
    const store = weak.SealedStore.open(raw, await recordKey(systemRandom(32)), systemRandom);
    await store.put('note/1', 'of the first');
    await raw.put('note/2', (await raw.get('note/1')) ?? new Uint8Array());
    expect(await store.get('note/2')).toBe('of the first');
  });

  test('writes nothing of a batch in which one record cannot be encoded', async () => {
    for (const value of [{ missing: undefined }, Number.NaN, () => 1, Symbol('s') as never]) {
      const batch = sealed.batch([
        { put: 'a', value: 1 },
        { put: 'b', value },
      ]);
      await expect(batch).rejects.toThrow();
    }
    expect(await sealed.get('a')).toBeUndefined();
  });

  test('does not touch the records that lie in the clear', async () => {
    const format = await raw.get('format');
    await expect(sealed.put('format', 2)).rejects.toThrow(RangeError);
    await expect(sealed.get('lock')).rejects.toThrow(RangeError);
    await expect(sealed.delete('lock')).rejects.toThrow(RangeError);
    expect(await raw.get('format')).toEqual(format);
  });
});
