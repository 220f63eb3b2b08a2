/** Verifying a person: the safety number, compared by eye, by typing or by a QR code. */
import { SottoError } from '@sotto/crypto';
import { type Address, matchesSafetyNumber, safetyCode, safetyNumber } from '@sotto/protocol';
import type { SafetyNumber } from '../api.ts';
import { person } from '../conversations/views.ts';
import type { Core } from '../core.ts';
import type { Pin } from '../directory/pin.ts';

export async function safetyNumberOf(core: Core, address: Address): Promise<SafetyNumber> {
  const other = await pinOf(core, address);
  const groups = await groupsOf(core, other);
  return { address, groups, code: safetyCode(groups), verification: person(core, other).verification };
}

/**
 * Marks the person verified where what was scanned or typed is the number that this device shows. Throws
 * `safety_number_incomplete` for what is no safety number: that says nothing of anybody.
 */
export async function compareSafetyNumber(
  core: Core,
  address: Address,
  scanned: string,
): Promise<{ equal: boolean }> {
  const other = await pinOf(core, address);
  const equal = matchesSafetyNumber(await groupsOf(core, other), scanned);
  if (equal === undefined) {
    throw new SottoError(
      'safety_number_incomplete',
      'This is no safety number: one has 60 digits. Check what was typed or scanned, and try again.',
    );
  }
  if (equal) {
    if (core.directory.hasChanged(address)) await core.directory.acceptReplacement(address);
    await core.directory.setVerified(other.accountId, true);
  }
  return { equal };
}

export async function acceptChangedKeys(core: Core, address: Address): Promise<void> {
  await core.directory.acceptReplacement(address);
}

/** What is known here, offline too; the server is asked only about somebody new. */
async function pinOf(core: Core, address: Address): Promise<Pin> {
  return core.directory.byAddress(address) ?? core.directory.lookUp(address);
}

async function groupsOf(core: Core, other: Pin): Promise<readonly string[]> {
  const self = core.directory.get(core.self.accountId);
  if (self === undefined)
    throw new SottoError('store_damaged', 'The data of Sotto on this device is damaged.');
  return safetyNumber(self, other);
}
