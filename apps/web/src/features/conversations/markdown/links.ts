/** Which links of a message may be followed, and what is shown of where they lead. */

const SCHEMES = new Set(['http:', 'https:', 'mailto:']);
const LONGEST_SHOWN = 60;
/** Spaces, controls and marks that turn the direction of writing: no address needs them. */
const HIDDEN = /[\s\p{Cc}\p{Cf}]/u;

/** The address as the browser will read it, or null for anything but http, https and mailto. */
export function safeLink(url: string): string | null {
  if (HIDDEN.test(url) || !/^[a-z]+:/i.test(url)) return null;
  const parsed = URL.parse(url);
  return parsed !== null && SCHEMES.has(parsed.protocol) ? parsed.href : null;
}

const withoutScheme = (text: string) => text.replace(/^(https?:\/\/|mailto:)/i, '').replace(/\/$/, '');

/**
 * What to show behind a link's words so that a person sees where it leads, or null where the words say it already.
 * `href` is what {@link safeLink} gave.
 */
export function targetToShow(words: string, href: string): string | null {
  const url = new URL(href);
  const mail = url.protocol === 'mailto:';
  const disguised = url.username !== '' || url.password !== '';
  if (!disguised && withoutScheme(words.trim()) === withoutScheme(href)) return null;
  const target = mail ? url.pathname : url.host + url.pathname.replace(/\/$/, '');
  return target.length > LONGEST_SHOWN ? `${target.slice(0, LONGEST_SHOWN)}…` : target;
}
