/** A device's name, sealed under the settings key and padded, so that the server sees neither it nor its length. */
import { type Bytes, fromUtf8, open, type Random, seal, utf8 } from '@sotto/crypto';
import { type DeviceId, idBytes } from '../ids.ts';
import { SEALED } from '../labels.ts';

const LENGTH = 128;
/** Bytes of UTF-8 that a device's name may have. */
export const LONGEST_DEVICE_NAME = LENGTH - 1;

/** Longer names are cut at a character. */
export function sealDeviceLabel(
  settingsKey: Bytes,
  id: DeviceId,
  name: string,
  random: Random,
): Promise<Bytes> {
  let text = name.trim();
  while (utf8(text).length > LONGEST_DEVICE_NAME) text = [...text].slice(0, -1).join('');
  const padded = new Uint8Array(LENGTH);
  const bytes = utf8(text);
  padded[0] = bytes.length;
  padded.set(bytes, 1);
  return seal(settingsKey, SEALED.deviceLabel, idBytes(id), padded, random);
}

/** Undefined where the label is not one that a device of this account sealed for `id`. */
export async function openDeviceLabel(
  settingsKey: Bytes,
  id: DeviceId,
  sealed: Bytes,
): Promise<string | undefined> {
  try {
    const padded = await open(settingsKey, SEALED.deviceLabel, idBytes(id), sealed);
    return fromUtf8(padded.subarray(1, 1 + (padded[0] ?? 0)));
  } catch {
    return undefined;
  }
}
