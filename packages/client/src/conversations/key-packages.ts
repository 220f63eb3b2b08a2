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
/** Secret halves kept at most: a server that says over and over that none is left gets no more. */
const MOST_KEPT = 400;
const DAY = 86_400;
const LIFETIME = 90 * DAY;
/** A last-resort package is replaced after this many milliseconds. */
const LAST_RESORT_AGE = 30 * DAY * 1000;

/** How long the secret half of a replaced last-resort package is kept: a welcome may be under way. */
const GRACE = 14 * DAY * 1000;

const supplying = new WeakMap<Core, Promise<void>>();

/** Tops up what waits at the server, one supply at a time. `left`: one-time packages that the server still has. */
export function supplyKeyPackages(core: Core, left: number): Promise<void> {
  const running = supplying.get(core);
  if (running !== undefined) return running;
  const run = supply(core, left).finally(() => supplying.delete(core));
  supplying.set(core, run);
  return run;
}

async function supply(core: Core, left: number): Promise<void> {
  const kept = await forgetOld(core);
  const newest = Math.max(0, ...kept.filter(({ lastResort }) => lastResort).map(({ made }) => made));
  const needsLastResort = newest < core.now() - LAST_RESORT_AGE;
  const room = MOST_KEPT - kept.length;
  // Of no use to anybody are those of which this device has no secret half any more.
  const good = Math.min(left, kept.filter(({ lastResort }) => !lastResort).length);
  const count = good < FEW ? Math.max(0, Math.min(WANTED - good, room)) : 0;
  if (count === 0 && !needsLastResort) return;
  const packages: string[] = [];
  for (let i = 0; i < count; i++) packages.push(await makeKeyPackage(core, false));
  const lastResort = needsLastResort ? await makeKeyPackage(core, true) : null;
  await core.http.request(routes.publishKeyPackages, { packages, lastResort }, await core.token());
}

/** Deletes the secret halves that no welcome may use any more, and returns the others. */
async function forgetOld(core: Core): Promise<readonly KeyPackageRecord[]> {
  const records = await core.store.range<KeyPackageRecord>({ prefix: KEY.keyPackages });
  const newest = Math.max(0, ...records.map(([, { lastResort, made }]) => (lastResort ? made : 0)));
  const isOld = ({ lastResort, made }: KeyPackageRecord): boolean => {
    const replaced = lastResort && made < newest && newest < core.now() - GRACE;
    return replaced || made < core.now() - (LIFETIME + DAY) * 1000;
  };
  const old = records.filter(([, record]) => isOld(record));
  if (old.length > 0) await core.store.batch(old.map(([key]) => ({ delete: key })));
  return records.filter(([, record]) => !isOld(record)).map(([, record]) => record);
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
