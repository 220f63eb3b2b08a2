/** What is authentic in one place is worth nothing in another: signatures, sealed objects, entries and welcomes. */
import { ENTRY_KIND, type Entry, identity, type StreamId } from '@sotto/contract';
import {
  hpkeKeyPairFromSeed,
  sign,
  signingKeyFromSeed,
  systemRandom,
  toBase64Url,
  verify,
} from '@sotto/crypto';
import {
  type AccountId,
  type DeviceId,
  makeSlot,
  newId,
  newWorkingKeys,
  openAccountKey,
  openAnchor,
  openDeviceLabel,
  openWorkingKeys,
  SIGNATURE,
  type SlotId,
  sealDeviceLabel,
  sealWorkingKeys,
  sessionStatement,
  slotKeys,
  slotStatement,
} from '@sotto/protocol';
import { conversationWith, signUp, type TestPerson, texts } from '@sotto/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type EntriesFrame,
  introduce,
  isOnline,
  LONG,
  lines,
  openNewScene,
  outcome,
  type Scene,
} from './parts.ts';

const VERIFY = '../../crypto/src/verify.ts';
const KDF = '../../crypto/src/kdf.ts';
const HPKE = 'hpke';

afterEach(() => {
  for (const module of [VERIFY, KDF, HPKE]) vi.doUnmock(module);
});

describe('[M4] a signature', () => {
  const ids = () => ({ account: newId<AccountId>(systemRandom), device: newId<DeviceId>(systemRandom) });
  const challenge = systemRandom(32);
  const { account, device } = ids();
  const other = ids();

  const statements = {
    session: sessionStatement('localhost', account, device, challenge),
    'session at another server': sessionStatement('elsewhere', account, device, challenge),
    'session of another account': sessionStatement('localhost', other.account, device, challenge),
    'session of another device': sessionStatement('localhost', account, other.device, challenge),
    'session for another challenge': sessionStatement('localhost', account, device, systemRandom(32)),
    slot: slotStatement('localhost', 'alice', challenge),
    'slot at another server': slotStatement('elsewhere', 'alice', challenge),
    'slot of another name': slotStatement('localhost', 'bob', challenge),
  };
  const signed = Object.entries(statements).flatMap(([name, statement]) =>
    Object.values(SIGNATURE).map((label) => ({ name: `${name} as ${label}`, label, statement })),
  );

  it('counts for its one purpose, server, account, device and challenge', async () => {
    const key = await signingKeyFromSeed(systemRandom(32));
    for (const one of signed) {
      const signature = await sign(key, one.label, one.statement);
      for (const { name, label, statement } of signed) {
        const valid = await verify(key.publicKey, label, statement, signature);
        expect([one.name, name, valid]).toEqual([one.name, name, one.name === name]);
      }
    }
  });

  it('counts for other purposes where it does not name its own (control)', async () => {
    vi.doMock(VERIFY, async (original) => {
      const real = await original<typeof import('../../crypto/src/verify.ts')>();
      return {
        ...real,
        signedBytes: (_: string, message: Uint8Array) => message,
        verify: (key: Uint8Array, _: string, message: Uint8Array, signature: Uint8Array) =>
          real.verifyRaw(key, message, signature),
      };
    });
    vi.resetModules();
    const weak = await import('@sotto/crypto');
    const key = await weak.signingKeyFromSeed(systemRandom(32));
    const signature = await weak.sign(key, SIGNATURE.deviceSession, statements.session);
    expect(await weak.verify(key.publicKey, SIGNATURE.slotSignIn, statements.session, signature)).toBe(true);
  });
});

describe('[M4] a sealed object', () => {
  async function moved(protocol: typeof import('@sotto/protocol')): Promise<readonly unknown[]> {
    const keys = await protocol.slotKeys(systemRandom(64));
    const [first, second] = [newId<SlotId>(systemRandom), newId<SlotId>(systemRandom)];
    const anchor = { accountId: newId<AccountId>(systemRandom), signingKey: systemRandom(32) };
    const slot = await protocol.makeSlot(first, 'password', keys, anchor, systemRandom(32), systemRandom);
    const settings = systemRandom(32);
    const [laptop, phone] = [newId<DeviceId>(systemRandom), newId<DeviceId>(systemRandom)];
    const label = await protocol.sealDeviceLabel(settings, laptop, 'laptop', systemRandom);
    return [
      await outcome(protocol.openAnchor({ ...slot, id: second }, keys)),
      await outcome(protocol.openAnchor({ ...slot, anchor: label }, { ...keys, anchorKey: settings })),
      await protocol.openDeviceLabel(settings, phone, label),
      await protocol.openDeviceLabel(settings, laptop, label),
    ];
  }

  it('opens for its purpose and place alone', async () => {
    expect(await moved(await import('@sotto/protocol'))).toEqual([
      'not_authentic',
      'not_authentic',
      undefined,
      'laptop',
    ]);
  });

  it('opens anywhere where its key is not bound to them (control)', async () => {
    vi.doMock(KDF, async (original) => {
      const real = await original<typeof import('../../crypto/src/kdf.ts')>();
      const hkdf: typeof real.hkdf = (secret, salt, info, length) =>
        real.hkdf(secret, salt, typeof info === 'string' ? info : 'anything', length);
      return { ...real, hkdf };
    });
    vi.resetModules();
    expect(await moved(await import('@sotto/protocol'))).toEqual(['done', 'done', 'laptop', 'laptop']);
  });

  it('that is sealed to a key opens for its slot, account and device alone', async () => {
    const keys = await slotKeys(systemRandom(64));
    const [slotId, accountId] = [newId<SlotId>(systemRandom), newId<AccountId>(systemRandom)];
    const anchor = { accountId, signingKey: systemRandom(32) };
    const slot = await makeSlot(slotId, 'recovery', keys, anchor, systemRandom(32), systemRandom);
    const other = newId<SlotId>(systemRandom);
    expect(await outcome(openAccountKey(slot, keys, accountId))).toBe('done');
    expect(await outcome(openAccountKey({ ...slot, id: other }, keys, accountId))).toBe('not_authentic');
    expect(await outcome(openAccountKey(slot, keys, newId<AccountId>(systemRandom)))).toBe('not_authentic');
    expect((await openAnchor(slot, keys))?.accountId).toBe(accountId);

    const pair = await hpkeKeyPairFromSeed(systemRandom(32));
    const deviceId = newId<DeviceId>(systemRandom);
    const sealed = await sealWorkingKeys(pair.publicKey, accountId, deviceId, [
      newWorkingKeys(0, systemRandom),
    ]);
    const open = (account: AccountId, device: DeviceId, bytes: typeof sealed) =>
      outcome(openWorkingKeys(pair, account, device, bytes));
    expect(await open(accountId, deviceId, sealed)).toBe('done');
    expect(await open(accountId, newId<DeviceId>(systemRandom), sealed)).toBe('not_authentic');
    expect(await open(newId<AccountId>(systemRandom), deviceId, sealed)).toBe('not_authentic');
    // The account key sealed to the same pair, in place of the working keys.
    const pairKeys = { ...keys, encryption: pair };
    const asSlot = await makeSlot(slotId, 'recovery', pairKeys, anchor, systemRandom(32), systemRandom);
    expect(await open(accountId, deviceId, asSlot.accountKey)).toBe('not_authentic');
    expect(
      await openDeviceLabel(
        systemRandom(32),
        deviceId,
        await sealDeviceLabel(systemRandom(32), deviceId, 'x', systemRandom),
      ),
    ).toBeUndefined();
  });
});

describe('[M4] through a server that exchanges what belongs elsewhere', () => {
  let scene: Scene;
  let carol: TestPerson;
  let toCarol: string;

  beforeAll(async () => {
    scene = await openNewScene();
    carol = await signUp(scene.server.url, 'carol');
    ({ toAlice: toCarol } = await introduce(carol, scene.bob));
  }, LONG);
  afterEach(() => scene.hostile.behave());
  afterAll(async () => {
    await carol.device.dispose();
    await scene.close();
  });

  const isNews = (entry: Entry) => entry.kind === ENTRY_KIND.message && entry.bytes !== null;

  it('an entry of one conversation is set aside in another, and read in its own', async () => {
    const { alice, bob, hostile, toBob, toAlice } = scene;
    const streams = new Set<StreamId>();
    for (const frame of hostile.traffic.serverFrames) {
      if (frame.type === 'entries' && frame.entries.some(isNews)) streams.add(frame.stream);
    }
    const [ofAlice, ofCarol] = [...streams];
    if (ofAlice === undefined || ofCarol === undefined) throw new TypeError('no streams');
    const before = await lines(bob.device, toCarol);
    let taken: Entry | undefined;
    hostile.onServerFrame((frame, pass) => {
      pass(frame);
      if (frame.type !== 'entries' || frame.stream !== ofAlice || taken !== undefined) return;
      taken = frame.entries.find(isNews);
      if (taken === undefined) return;
      const number = 1 + newest(hostile.traffic.serverFrames, ofCarol);
      pass({ ...frame, stream: ofCarol, entries: [{ ...taken, number }] });
    });
    hostile.onClientFrame((frame, pass) => {
      if (frame.type !== 'acknowledge' || frame.stream !== ofCarol) pass(frame);
    });
    await alice.device.call('send', { conversation: toBob, text: 'for this conversation' });
    expect(await texts(bob.device, toAlice, 3)).toContain('for this conversation');
    await bob.device.until(
      'items',
      { conversation: toCarol, limit: 50 },
      ({ items }) => items.length > before.length,
    );
    expect((await lines(bob.device, toCarol)).slice(before.length)).toEqual([
      'unreadable: A message could not be read on this device.',
    ]);
  });

  it('a welcome that comes again changes nothing', async () => {
    const { alice, bob, hostile, toBob, toAlice } = scene;
    const welcomes = hostile.traffic.serverFrames.filter(
      (frame): frame is EntriesFrame =>
        frame.type === 'entries' && frame.entries.some(({ kind }) => kind === ENTRY_KIND.welcome),
    );
    expect(welcomes.length).toBeGreaterThan(1);
    const before = [await lines(bob.device, toAlice), await lines(bob.device, toCarol)];
    hostile.onClientFrame((frame, pass) => {
      if (frame.type !== 'acknowledge' || frame.stream !== welcomes[0]?.stream) pass(frame);
    });
    const link = hostile.links.at(-1);
    for (const [i, frame] of welcomes.entries()) {
      const entries = frame.entries.map((entry) => ({ ...entry, number: entry.number + 100 + i }));
      link?.toClient({ ...frame, entries });
      link?.toClient(frame);
    }
    await alice.device.call('send', { conversation: toBob, text: 'still the same' });
    expect(await texts(bob.device, toAlice, 4)).toContain('still the same');
    expect((await lines(bob.device, toAlice)).slice(0, before[0]?.length)).toEqual(before[0]);
    expect(await lines(bob.device, toCarol)).toEqual(before[1]);
    expect(await conversationWith(bob.device, carol.address)).toBe(toCarol);
  });

  it('a challenge for a recovery code, given to a device, does not recover the account', async () => {
    const { hostile, server } = scene;
    const ask = async (path: string, body: object) => {
      const response = await fetch(server.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { status: response.status, body: (await response.json()) as Record<string, string> };
    };
    const { body: started } = await ask(identity.startRecoverySignIn.path, { name: 'bob' });
    const stop = hostile.onAnswer(identity.challengeDevice, (answer) => {
      stop();
      return { ...answer, challenge: started.challenge };
    });
    let signature: string | undefined;
    hostile.onRequest(identity.openSession, (body) => {
      signature ??= body.signature;
      return body;
    });
    const reject = hostile.onClientFrame((frame, pass) => {
      reject();
      pass(frame.type === 'hello' ? { ...frame, token: toBase64Url(new Uint8Array(32)) } : frame);
    });
    hostile.cut();
    await expect.poll(() => signature, { timeout: 20_000 }).toBeDefined();
    const finished = await ask(identity.finishRecoverySignIn.path, { attempt: started.attempt, signature });
    expect(finished).toMatchObject({ status: 401, body: { code: 'recovery_refused' } });
    // The device tells that its own answer was refused, and asks for another challenge.
    await isOnline(scene.bob.device);
  });
});

function newest(frames: Scene['hostile']['traffic']['serverFrames'], stream: StreamId): number {
  const numbers = frames.flatMap((frame) =>
    frame.type === 'entries' && frame.stream === stream ? frame.entries.map(({ number }) => number) : [],
  );
  return Math.max(0, ...numbers);
}
