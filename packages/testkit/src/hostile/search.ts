/**
 * Searches bytes for secrets in the forms in which software tends to leave them: as UTF-8 and UTF-16, as base64 and
 * hexadecimal at any alignment, in either case of letters where that is how they are written.
 */
import { compareBytes, utf8 } from '@sotto/crypto/public';

export interface Secret {
  /** What a failed test calls it. */
  readonly name: string;
  readonly text: string;
}

/** The names of the secrets that occur somewhere in `haystacks`, each once, with the form. */
export function leaksIn(haystacks: readonly Uint8Array[], secrets: readonly Secret[]): readonly string[] {
  const buffers = haystacks.map((bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  const found: string[] = [];
  for (const { name, text } of secrets) {
    for (const { form, bytes } of formsOf(text)) {
      if (buffers.some((buffer) => buffer.includes(Buffer.from(bytes)))) found.push(`${name} as ${form}`);
    }
  }
  return found;
}

interface Form {
  readonly form: string;
  readonly bytes: Uint8Array;
}

function formsOf(text: string): readonly Form[] {
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
