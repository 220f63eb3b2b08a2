/** How people, times and this browser are written. Everything takes the clock as a parameter. */

/** `nadia.okafor@example.org` is shown as `nadia.okafor`. */
export function nameOfAddress(address: string): string {
  const at = address.indexOf('@');
  return at > 0 ? address.slice(0, at) : address;
}

/** Two capital letters: of the first two parts of a name, or its first two. */
export function initialsOf(address: string): string {
  const [first = '', second] = nameOfAddress(address)
    .split(/[._-]+/)
    .filter((part) => part !== '');
  return (second === undefined ? first.slice(0, 2) : first.slice(0, 1) + second.slice(0, 1)).toUpperCase();
}

/** A whole address from what was typed: a name alone is at this server. */
export function completeAddress(typed: string, domain: string | null): string {
  const text = typed.trim().toLowerCase();
  return text.includes('@') || domain === null || text === '' ? text : `${text}@${domain}`;
}

/** The name at this server from what was typed, as a name or as a whole address. */
export function nameHere(typed: string, domain: string | null): string {
  const text = typed.trim().toLowerCase();
  return domain !== null && text.endsWith(`@${domain}`) ? nameOfAddress(text) : text;
}

const startOfDay = (time: number) => new Date(time).setHours(0, 0, 0, 0);

/** Whole days between two moments by the calendar; 0 for today, 1 for yesterday. */
export function daysBefore(time: number, now: number): number {
  return Math.round((startOfDay(now) - startOfDay(time)) / 86_400_000);
}

export function clockTime(time: number): string {
  return new Date(time).toLocaleTimeString([], { hour: 'numeric', minute: '2-digit' });
}

/** For a list: 14:32, Yesterday, Mon, 3 Nov, 3 Nov 2025. */
export function listTime(time: number, now: number): string {
  const days = daysBefore(time, now);
  if (days <= 0) return clockTime(time);
  if (days === 1) return 'Yesterday';
  if (days < 7) return new Date(time).toLocaleDateString([], { weekday: 'short' });
  return shortDate(time, now);
}

/** Above the messages of a day: Today, Yesterday, Monday, 3 Nov. */
export function dayLabel(time: number, now: number): string {
  const days = daysBefore(time, now);
  if (days <= 0) return 'Today';
  if (days === 1) return 'Yesterday';
  if (days < 7) return new Date(time).toLocaleDateString([], { weekday: 'long' });
  return shortDate(time, now);
}

function shortDate(time: number, now: number): string {
  const sameYear = new Date(time).getFullYear() === new Date(now).getFullYear();
  const year = sameYear ? {} : { year: 'numeric' as const };
  return new Date(time).toLocaleDateString([], { day: 'numeric', month: 'short', ...year });
}

export function fullTime(time: number): string {
  return new Date(time).toLocaleString([], { dateStyle: 'full', timeStyle: 'short' });
}

const BROWSERS = [
  [/Firefox\//, 'Firefox'],
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Chrome\//, 'Chrome'],
  [/Safari\//, 'Safari'],
] as const;
const SYSTEMS = [
  [/Android/, 'Android'],
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'Mac'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
] as const;

/** What to call this browser in the list of devices: `Firefox on Linux`. */
export function describeBrowser(userAgent: string): string {
  const browser = BROWSERS.find(([pattern]) => pattern.test(userAgent))?.[1] ?? 'Browser';
  const system = SYSTEMS.find(([pattern]) => pattern.test(userAgent))?.[1];
  return system === undefined ? browser : `${browser} on ${system}`;
}
