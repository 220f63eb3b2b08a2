/**
 * Key packages: what others need to add this device while it is away. The server hands each out once; a last-resort
 * one serves where none is left. The secret halves stay here.
 */
import { conversations as routes } from '@sotto/contract';
import { toBase64Url } from '@sotto/crypto';
import { encodeCredential } from '@sotto/protocol/conversations';
import type { Core } from '../core.ts';
import { KEY, type KeyPackageRecord } from './records.ts';

/** How many are kept waiting at the server. */
const WANTED = 20;
const FEW = 10;
const DAY = 86_400;
const LIFETIME = 90 * DAY;
/** A last-resort package is replaced after this many milliseconds. */
const LAST_RESORT_AGE = 30 * DAY * 1000;

/** Tops up what waits at the server. `left`: one-time packages that the server still has. */
export async function supplyKeyPackages(core: Core, left: number): Promise<void> {
  const records = (await core.store.range<KeyPackageRecord>({ prefix: KEY.keyPackages })).map(
    ([, record]) => record,
  );
  const newest = Math.max(0, ...records.filter(({ lastResort }) => lastResort).map(({ made }) => made));
  const needsLastResort = newest < core.now() - LAST_RESORT_AGE;
  const count = left < FEW ? WANTED - left : 0;
  if (count === 0 && !needsLastResort) return;
  const packages: string[] = [];
  for (let i = 0; i < count; i++) packages.push(await makeKeyPackage(core, false));
  const lastResort = needsLastResort ? await makeKeyPackage(core, true) : null;
  await core.http.request(routes.publishKeyPackages, { packages, lastResort }, await core.token());
}

async function makeKeyPackage(core: Core, lastResort: boolean): Promise<string> {
  const engine = await core.engine();
  const seconds = Math.floor(core.now() / 1000);
  const pair = await engine.createKeyPackage({
    identity: ownCredential(core),
    lastResort,
    lifetime: { notBefore: seconds - DAY, notAfter: seconds + LIFETIME },
  });
  const { publicBytes, privateBytes } = pair;
  const record: KeyPackageRecord = { publicBytes, privateBytes, lastResort, made: core.now() };
  await core.store.put(KEY.keyPackage(toBase64Url(pair.ref)), record);
  return toBase64Url(publicBytes);
}

/** This device as a leaf names it: certified by the newest account state that it knows. */
export function ownCredential(core: Core) {
  const { accountId, deviceId } = core.self;
  const pin = core.directory.get(accountId);
  const stateHash = pin?.hashes[pin.number];
  if (pin === undefined || stateHash === undefined) throw new RangeError('the own account is always pinned');
  return encodeCredential({ accountId, deviceId, state: { number: pin.number, hash: stateHash } });
}
