/** `sotto verify`: compares safety numbers, so that nobody stands between two people. */
import type { SafetyNumber } from '@sotto/client/api';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { withProfile } from '../open-profile.ts';
import { fullAddress } from '../people.ts';
import { Failure, UsageError } from '../problems.ts';
import type { OpenProfile } from '../profile.ts';
import { drawQr } from '../qr-code.ts';
import { bold, warning } from '../terminal.ts';

const PER_ROW = 4;

export const verify = defineCommand({
  name: 'verify',
  summary: 'show and compare the safety number with somebody',
  words: ['ADDRESS'],
  options: {
    compare: { type: 'string', value: 'NUMBER', help: 'mark as verified where NUMBER is the safety number' },
    unverify: { type: 'boolean', help: 'take the mark away' },
    'accept-changed-keys': { type: 'boolean', help: 'go on with new keys, not verified' },
  },
  details: [
    'Ask the other person, by another way than Sotto, for the number that they see, and give it to --compare.',
    'It may also be what their QR code holds. A number that differs fails, and changes nothing.',
  ],
  run(context, { values, words: [target = ''] }) {
    const acts = [values.compare, values.unverify, values['accept-changed-keys']];
    if (acts.filter((act) => act !== undefined).length > 1) {
      throw new UsageError('verify takes one of --compare, --unverify and --accept-changed-keys.');
    }
    return withProfile(context, async (profile) => {
      const address = fullAddress(target, await profile.signedIn(context.terminal));
      await profile.caughtUp();
      if (values['accept-changed-keys'] === true) await profile.call('acceptChangedKeys', { address });
      // Asks the server for somebody who is not known here yet.
      await profile.call('safetyNumber', { address });
      if (values.unverify === true) await profile.call('setVerified', { address, verified: false });
      const equal =
        values.compare === undefined ? undefined : await compare(profile, address, values.compare);
      const number = await profile.call('safetyNumber', { address });
      if (context.json) json(context, number, equal);
      else if (equal !== false) show(context, number, equal);
      if (equal === false) {
        throw new Failure(
          'safety_number_differs',
          `This is not the safety number with ${address}. Nothing was changed.`,
        );
      }
    });
  },
});

async function compare(profile: OpenProfile, address: string, scanned: string): Promise<boolean> {
  return (await profile.call('compareSafetyNumber', { address, scanned })).equal;
}

function json({ terminal }: Context, number: SafetyNumber, equal: boolean | undefined): void {
  const { address, groups, code, verification } = number;
  terminal.json({ address, number: groups, code, verification, ...(equal === undefined ? {} : { equal }) });
}

const VERIFICATION = {
  verified: 'is verified.',
  unverified: 'is not verified.',
  changed: 'has other keys than those that you verified. Nothing is sent to them.',
} as const;

function show(
  { terminal }: Context,
  { address, groups, code, verification }: SafetyNumber,
  equal?: boolean,
): void {
  if (equal === undefined) {
    terminal.line(`Safety number with ${address}:`);
    for (let i = 0; i < groups.length; i += PER_ROW) {
      terminal.line('  ', bold(groups.slice(i, i + PER_ROW).join(' ')));
    }
    if (terminal.shown) for (const row of drawQr(code)) terminal.line('  ', row);
  }
  const state = `${address} ${VERIFICATION[verification]}`;
  terminal.line(verification === 'changed' ? warning(state) : state);
}
