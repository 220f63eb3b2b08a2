/**
 * Codecs as values: one object knows how to write and to read one type. RFC 9420, section 2.
 * `decode` is the only way in from outside: `undefined` on anything malformed or with bytes left over.
 */
import { Malformed, Reader } from './reader.ts';
import { Writer } from './writer.ts';

export interface Codec<T> {
  readonly write: (writer: Writer, value: T) => void;
  /** May throw `Malformed`; call it from other codecs only. */
  readonly read: (reader: Reader) => T;
}

export function encode<T>(codec: Codec<T>, value: T): Uint8Array {
  const writer = new Writer();
  codec.write(writer, value);
  return writer.finish();
}

/** The value that `bytes` encode, exactly and canonically; `undefined` when there is none. */
export function decode<T>(codec: Codec<T>, bytes: Uint8Array): T | undefined {
  try {
    const reader = new Reader(bytes);
    const value = codec.read(reader);
    return reader.atEnd ? value : undefined;
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

export const uint8: Codec<number> = {
  write: (writer, value) => writer.uint8(value),
  read: (reader) => reader.uint8(),
};
export const uint16: Codec<number> = {
  write: (writer, value) => writer.uint16(value),
  read: (reader) => reader.uint16(),
};
export const uint32: Codec<number> = {
  write: (writer, value) => writer.uint32(value),
  read: (reader) => reader.uint32(),
};
export const uint64: Codec<bigint> = {
  write: (writer, value) => writer.uint64(value),
  read: (reader) => reader.uint64(),
};
/** `opaque value<V>`. */
export const opaque: Codec<Uint8Array> = {
  write: (writer, value) => writer.opaque(value),
  read: (reader) => reader.opaque(),
};

/** `opaque value[length]`. */
export function fixed(length: number): Codec<Uint8Array> {
  return { write: (writer, value) => writer.raw(value), read: (reader) => reader.raw(length) };
}

/** `T items<V>`. */
export function vector<T>(item: Codec<T>): Codec<readonly T[]> {
  return {
    write: (writer, items) =>
      writer.vector(() => {
        for (const value of items) item.write(writer, value);
      }),
    read: (reader) => {
      const body = reader.vector();
      const items: T[] = [];
      while (!body.atEnd) items.push(item.read(body));
      return items;
    },
  };
}

/** `optional<T>`: the presence octet is 0 or 1 and nothing else. */
export function optional<T>(item: Codec<T>): Codec<T | undefined> {
  return {
    write: (writer, value) => {
      writer.uint8(value === undefined ? 0 : 1);
      if (value !== undefined) item.write(writer, value);
    },
    read: (reader) => {
      const present = reader.uint8();
      if (present > 1) throw new Malformed('presence octet');
      return present === 1 ? item.read(reader) : undefined;
    },
  };
}

/** The fields of `T` one after another, in the order in which `fields` names them. */
export function struct<T extends object>(fields: { readonly [K in keyof T]-?: Codec<T[K]> }): Codec<T> {
  const names = Object.keys(fields) as (keyof T)[];
  return {
    write: (writer, value) => {
      for (const name of names) fields[name].write(writer, value[name]);
    },
    read: (reader) => {
      const value: Partial<T> = {};
      for (const name of names) value[name] = fields[name].read(reader);
      return value as T;
    },
  };
}

/** A number of which only `allowed` are valid. */
export function oneOf<N extends number>(item: Codec<number>, allowed: readonly N[]): Codec<N> {
  return {
    write: item.write,
    read: (reader) => {
      const value = item.read(reader);
      const known = allowed.find((candidate) => candidate === value);
      if (known === undefined) throw new Malformed('unknown value');
      return known;
    },
  };
}
