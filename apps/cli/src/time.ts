/** Times as people write and read them, in the time zone of this machine. */
import { UsageError } from './problems.ts';

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 } as const;

/**
 * Milliseconds since 1970 of `2026-11-24`, `2026-11-24T10:30` (here, or with a zone) or an age as `30m`, `2h`, `3d`,
 * `1w`. Throws {@link UsageError}.
 */
export function parseWhen(text: string, now: number): number {
  const age = /^(\d{1,6})([mhdw])$/.exec(text);
  if (age !== null) return now - Number(age[1]) * UNITS[age[2] as keyof typeof UNITS];
  const date = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00` : text.replace(' ', 'T');
  const time = /^\d{4}-\d{2}-\d{2}T/.test(date) ? Date.parse(date) : Number.NaN;
  if (Number.isNaN(time)) {
    throw new UsageError('This is no time. Write 2026-11-24, 2026-11-24T10:30, or an age such as 2h or 3d.');
  }
  return time;
}

/** `2026-11-24 10:30`, here. */
export function formatTime(time: number): string {
  const date = new Date(time);
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

export function isoTime(time: number): string {
  return new Date(time).toISOString();
}
