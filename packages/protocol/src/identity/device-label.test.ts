import { systemRandom, utf8 } from '@sotto/crypto';
import { describe, expect, it } from 'vitest';
import { type DeviceId, newId } from '../ids.ts';
import { LONGEST_DEVICE_NAME, openDeviceLabel, sealDeviceLabel } from './device-label.ts';

const key = systemRandom(32);
const id = newId<DeviceId>(systemRandom);

describe('a device label', () => {
  it('brings the name back, and always has the same length', async () => {
    const short = await sealDeviceLabel(key, id, ' Küche ', systemRandom);
    const long = await sealDeviceLabel(key, id, '🦊'.repeat(200), systemRandom);
    expect(await openDeviceLabel(key, id, short)).toBe('Küche');
    expect(utf8((await openDeviceLabel(key, id, long)) ?? '').length).toBeLessThanOrEqual(
      LONGEST_DEVICE_NAME,
    );
    expect(long).toHaveLength(short.length);
  });

  it('opens for no other device and with no other key', async () => {
    const sealed = await sealDeviceLabel(key, id, 'Phone', systemRandom);
    expect(await openDeviceLabel(key, newId<DeviceId>(systemRandom), sealed)).toBeUndefined();
    expect(await openDeviceLabel(systemRandom(32), id, sealed)).toBeUndefined();
  });
});
