/** Decoded structures with one thing changed: what signing again cannot be told from an honest sender's. */
import { MlsError } from '../../src/index.ts';

/** Every structure that differs from `value` in one place. */
export function variants<T>(value: T): readonly T[] {
  return [...changes(value)] as T[];
}

/** How it ended; anything but an `MlsError` is a fault of ours. */
export async function outcome(work: () => unknown): Promise<'fine' | 'refused'> {
  try {
    await work();
    return 'fine';
  } catch (error) {
    if (error instanceof MlsError) return 'refused';
    throw error;
  }
}

/** What can be encoded at all is what reaches anybody. */
export async function encodable<T>(make: () => Promise<T>): Promise<T | undefined> {
  return make().catch(() => undefined);
}

function* changes(value: unknown): Generator {
  if (value instanceof Uint8Array) yield* changedBytes(value);
  else if (Array.isArray(value)) yield* changedList(value);
  else if (typeof value === 'number') yield* value === 0 ? [1] : [value - 1, value + 1];
  else if (typeof value === 'bigint') yield value ^ 1n;
  else if (typeof value === 'object' && value !== null) {
    for (const [name, part] of Object.entries(value)) {
      for (const changed of changes(part)) yield { ...value, [name]: changed };
    }
  }
}

function* changedBytes(bytes: Uint8Array): Generator<Uint8Array> {
  yield new Uint8Array([...bytes, 0]);
  if (bytes.length === 0) return;
  yield bytes.subarray(1);
  yield new Uint8Array(bytes.length);
  yield bytes.map((byte, i) => (i === bytes.length >> 1 ? byte ^ 1 : byte));
}

function* changedList(list: readonly unknown[]): Generator<readonly unknown[]> {
  for (const [i, part] of list.entries()) {
    yield list.toSpliced(i, 1);
    yield list.toSpliced(i, 0, part);
    for (const changed of changes(part)) yield list.with(i, changed);
  }
  if (list.length > 1) yield list.toReversed();
}
