/** Reading a vector: JSON parsed at the border, with an error that names the field. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

class VectorError extends Error {
  override readonly name = 'VectorError';
}

function isRecord(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One JSON object of a vector file. */
export class Fields {
  readonly #values: { readonly [key: string]: Json };

  constructor(value: Json | undefined) {
    if (!isRecord(value)) throw new VectorError('expected an object');
    this.#values = value;
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined && this.#values[name] !== null;
  }

  number(name: string): number {
    const value = this.#values[name];
    if (typeof value !== 'number') throw new VectorError(`${name}: expected a number`);
    return value;
  }

  text(name: string): string {
    const value = this.#values[name];
    if (typeof value !== 'string') throw new VectorError(`${name}: expected a string`);
    return value;
  }

  bytes(name: string): Uint8Array {
    return hex(this.text(name));
  }

  optionalBytes(name: string): Uint8Array | undefined {
    return this.has(name) ? this.bytes(name) : undefined;
  }

  object(name: string): Fields {
    return new Fields(this.#values[name]);
  }

  list(name: string): readonly Json[] {
    const value = this.#values[name];
    if (!Array.isArray(value)) throw new VectorError(`${name}: expected a list`);
    return value;
  }

  /** A list without which a case would check nothing. */
  filled(name: string): readonly Json[] {
    const items = this.list(name);
    if (items.length === 0) throw new VectorError(`${name}: expected something in the list`);
    return items;
  }

  objects(name: string): readonly Fields[] {
    return this.list(name).map((item) => new Fields(item));
  }
}

export function hex(text: Json | undefined): Uint8Array {
  if (typeof text !== 'string' || text.length % 2 !== 0) throw new VectorError('expected hexadecimal');
  const out = new Uint8Array(text.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return out;
}

/** Throws unless both are the same bytes. */
export function expectBytes(what: string, actual: Uint8Array | undefined, expected: Uint8Array): void {
  const same = actual?.length === expected.length && expected.every((byte, i) => actual[i] === byte);
  if (!same) throw new VectorError(`${what} differs`);
}

export function expectTrue(what: string, condition: boolean): void {
  if (!condition) throw new VectorError(what);
}

export function expectDefined<T>(what: string, value: T | undefined): T {
  if (value === undefined) throw new VectorError(`${what} is missing`);
  return value;
}
