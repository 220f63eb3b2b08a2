/**
 * How much a device may submit in a minute, so that one account cannot fill the disk or hold up the others (attack
 * X4). Counted in pieces of 8 KiB, kept across connections, forgotten with the minute.
 */
const PIECE = 8_192;
const MINUTE = 60_000;

export class Allowance {
  readonly #perMinute: number;
  readonly #now: () => number;
  readonly #used = new Map<number, number>();
  #minute = 0;

  /** @param now milliseconds since 1970 */
  constructor(perMinute: number, now: () => number) {
    this.#perMinute = perMinute;
    this.#now = now;
  }

  /** False where the device has used up its minute; then nothing is counted. */
  take(device: number, bytes: number): boolean {
    const minute = Math.floor(this.#now() / MINUTE);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#used.clear();
    }
    const used = (this.#used.get(device) ?? 0) + Math.max(1, Math.ceil(bytes / PIECE));
    if (used > this.#perMinute) return false;
    this.#used.set(device, used);
    return true;
  }
}
