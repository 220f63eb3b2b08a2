/** Addresses: `name@domain`, lower case, in the part of ASCII that needs no escaping anywhere. */

declare const brand: unique symbol;
export type Address = string & { readonly [brand]: 'address' };

/** 1 to 64 of a–z, 0–9, dot, dash, underscore; begins and ends with a letter or a digit. */
export const NAME_PATTERN = /^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/;
/** A host name with an optional port, as `localhost` or `sotto.example.org`. */
export const DOMAIN_PATTERN = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

/** Undefined unless `text`, trimmed and in lower case, is an address. */
export function parseAddress(text: string): Address | undefined {
  const normal = text.trim().toLowerCase();
  const at = normal.indexOf('@');
  const valid = at > 0 && NAME_PATTERN.test(normal.slice(0, at)) && DOMAIN_PATTERN.test(normal.slice(at + 1));
  return valid ? (normal as Address) : undefined;
}

export function nameOf(address: Address): string {
  return address.slice(0, address.indexOf('@'));
}

export function domainOf(address: Address): string {
  return address.slice(address.indexOf('@') + 1);
}
