/**
 * Searches bytes for secrets in the forms in which software tends to leave them: as UTF-8 and UTF-16, as base64 and
 * hexadecimal at any alignment, in either case of letters where that is how they are written.
 */
import { compareBytes, equalBytes, utf8 } from '@sotto/crypto/public';

export interface Secret {
  /** What a failed test calls it. */
  readonly name: string;
  /** Bytes are searched for as they are, in base64 and in hexadecimal. */
  readonly text: string | Uint8Array;
}

/** The secrets that occur somewhere in `haystacks`, each with its form, in no order. */
export function leaksIn(haystacks: readonly Uint8Array[], secrets: readonly Secret[]): readonly string[] {
  const needles = secrets.flatMap(({ name, text }) =>
    formsOf(text).map(({ form, bytes }) => ({ name: `${name} as ${form}`, bytes })),
  );
  const found = new Set<string>();
  const byStart = Map.groupBy(needles, ({ bytes }) => startOf(bytes, 0));
  for (const haystack of haystacks) {
    for (let at = 0; at + 4 <= haystack.length; at++) {
      for (const { name, bytes } of byStart.get(startOf(haystack, at)) ?? []) {
        if (equalBytes(bytes, haystack.subarray(at, at + bytes.length))) found.add(name);
      }
    }
  }
  return [...found];
}

/** Four bytes as a number: thousands of secrets are searched for in one pass. */
function startOf(bytes: Uint8Array, at: number): number {
  const a = bytes[at];
  const b = bytes[at + 1];
  const c = bytes[at + 2];
  const d = bytes[at + 3];
  if (a === undefined || b === undefined || c === undefined || d === undefined) {
    throw new RangeError('a secret of less than four bytes is found everywhere');
  }
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}

interface Form {
  readonly form: string;
  readonly bytes: Uint8Array;
}

function formsOf(text: string | Uint8Array): readonly Form[] {
  if (typeof text !== 'string') {
    return [{ form: 'bytes', bytes: text }, ...base64Forms(text), ...hexForms(text)];
  }
  const plain = utf8(text);
  const little = new Uint8Array(Buffer.from(text, 'utf16le'));
  const forms = [
    { form: 'UTF-8', bytes: plain },
    { form: 'JSON', bytes: utf8(JSON.stringify(text).slice(1, -1)) },
    { form: 'UTF-16', bytes: little },
    { form: 'UTF-16, big-endian', bytes: new Uint8Array(Buffer.from(little).swap16()) },
    { form: 'percent-encoding', bytes: utf8(encodeURIComponent(text)) },
    ...[plain, little].flatMap((bytes) => [...base64Forms(bytes), ...hexForms(bytes)]),
  ];
  return forms.filter(
    ({ bytes }, i) => !forms.slice(0, i).some((one) => compareBytes(one.bytes, bytes) === 0),
  );
}

/** The part of the base64 that does not depend on what stands around it, for each of the three alignments. */
function base64Forms(bytes: Uint8Array): readonly Form[] {
  return [0, 1, 2].flatMap((shift) => {
    const padded = Buffer.concat([Buffer.alloc(shift), bytes]);
    const first = Math.ceil((shift * 4) / 3);
    const last = Math.floor((padded.length * 8) / 6);
    return (['base64', 'base64url'] as const).map((form) => ({
      form,
      bytes: utf8(padded.toString(form).slice(first, last)),
    }));
  });
}

function hexForms(bytes: Uint8Array): readonly Form[] {
  const hex = Buffer.from(bytes).toString('hex');
  return [hex, hex.toUpperCase()].map((text) => ({ form: 'hexadecimal', bytes: utf8(text) }));
}
