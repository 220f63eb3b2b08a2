/** RFC 9420, section 5.3: members that X.509 certificates vouch for, from the first epoch to the next key. */
import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  type AuthenticationRequest,
  createCommit,
  encode,
  encryptApplication,
  epochAuthenticator,
  exportGroupInfo,
  externalSendersCodec,
  type Identity,
  joinByExternalCommit,
  joinGroup,
  members,
  ProposalType,
  processMessage,
} from '../../src/index.ts';
import { certificateKey } from '../../src/public/x509.ts';
import { ANNA, ANNA_RENEWED, BEN } from '../kit/certificates.ts';
import {
  groupOf,
  keyPackageFor,
  merged,
  type Person,
  person,
  receiveCommit,
  text,
  utf8,
} from '../kit/seeded.ts';

/** Whether the certificate signs itself. */
function authenticate({ credential }: AuthenticationRequest): boolean {
  if (!('certificates' in credential)) return false;
  return credential.certificates.every((der) => {
    const certificate = new X509Certificate(der);
    return certificate.verify(certificate.publicKey);
  });
}

async function holder(name: string, identity: Identity): Promise<Person> {
  return { ...(await person(name, 1, { authentication: { authenticate } })), identity };
}

const add = async (who: Person) =>
  ({ proposalType: ProposalType.add, keyPackage: (await keyPackageFor(who)).keyPackage }) as const;

/** Anna's group, which ben joined. */
async function founded() {
  const [anna, ben] = [await holder('anna', ANNA), await holder('ben', BEN)];
  const bundle = await keyPackageFor(ben);
  const { keyPackage } = bundle;
  const created = await createCommit(anna.env, await groupOf(anna), {
    proposals: [{ proposalType: ProposalType.add, keyPackage }],
  });
  const joined = await joinGroup(ben.env, { welcome: created.welcome ?? utf8(''), keyPackage: bundle });
  return { anna, ben, state: merged(created), joined };
}

test('who has a certificate creates a group, adds another, writes, and changes key and certificate', async () => {
  const { anna, ben, state, joined } = await founded();
  const first = await encryptApplication(anna.env, state, utf8('hello'));
  const read = await processMessage(ben.env, joined, first.bytes);
  if (read.kind !== 'application') throw new Error('no message');
  expect([text(read.data), read.sender.credential]).toEqual(['hello', ANNA.credential]);

  const renewed = await createCommit(anna.env, first.state, { identity: ANNA_RENEWED });
  const after = merged(await receiveCommit(ben, read.state, renewed.commit));
  expect(epochAuthenticator(after)).toEqual(epochAuthenticator(merged(renewed)));
  expect([...members(after)].map(({ leaf }) => leaf.credential)).toEqual([
    ANNA_RENEWED.credential,
    BEN.credential,
  ]);
  const second = await encryptApplication(anna.env, merged(renewed), utf8('it is me'));
  const again = await processMessage(ben.env, after, second.bytes);
  expect(again.kind === 'application' && again.sender).toMatchObject({
    credential: ANNA_RENEWED.credential,
    signatureKey: ANNA_RENEWED.signatureKeyPair.publicKey,
  });
});

test('the key in a certificate is found where OpenSSL finds it', () => {
  for (const { credential, signatureKeyPair } of [ANNA, ANNA_RENEWED, BEN]) {
    const [der = utf8('')] = 'certificates' in credential ? credential.certificates : [];
    expect(certificateKey(der)).toEqual(signatureKeyPair.publicKey);
  }
});

test('the certificate of another is refused, and so is who has none', async () => {
  const anna = await holder('anna', ANNA);
  const state = await groupOf(anna);
  const thief = await holder('thief', { ...BEN, credential: ANNA_RENEWED.credential });
  await expect(createCommit(anna.env, state, { proposals: [await add(thief)] })).rejects.toMatchObject({
    code: 'x509-key-mismatch',
  });
  const nobody = await person('nobody');
  await expect(createCommit(anna.env, state, { proposals: [await add(nobody)] })).rejects.toMatchObject({
    code: 'not-authorized',
  });
});

test('nobody creates a group with the certificate of another, or with none', async () => {
  const thief = await holder('thief', { ...BEN, credential: ANNA.credential });
  await expect(groupOf(thief)).rejects.toMatchObject({ code: 'x509-key-mismatch' });
  const { env } = thief;
  await expect(groupOf({ ...(await person('nobody')), env })).rejects.toMatchObject({
    code: 'not-authorized',
  });
});

test('an external sender is not listed with the certificate of another', async () => {
  const { anna, state } = await founded();
  const { credential } = ANNA_RENEWED;
  const extend = ({ signatureKeyPair }: Identity) => {
    const senders = [{ credential, signatureKey: signatureKeyPair.publicKey }];
    const extensions = [{ extensionType: 5, extensionData: encode(externalSendersCodec, senders) }];
    const proposal = { proposalType: ProposalType.groupContextExtensions, extensions } as const;
    return createCommit(anna.env, state, { proposals: [proposal] });
  };
  await expect(extend(BEN)).rejects.toMatchObject({ code: 'x509-key-mismatch' });
  expect((await extend(ANNA_RENEWED)).staged.extensions).toHaveLength(1);
});

test('a member makes no commit that changes to the certificate of another with its own key', async () => {
  const { anna, state } = await founded();
  const { credential, signatureKeyPair } = ANNA_RENEWED;
  await expect(createCommit(anna.env, state, { identity: { credential } })).rejects.toMatchObject({
    code: 'x509-key-mismatch',
  });
  const both = await createCommit(anna.env, state, { identity: { credential, signatureKeyPair } });
  expect([...members(merged(both))][0]?.leaf.credential).toEqual(credential);
});

test('nobody makes an external commit with the certificate of another', async () => {
  const { anna, state } = await founded();
  const groupInfo = await exportGroupInfo(anna.env, state);
  const thief = { ...BEN, credential: ANNA_RENEWED.credential, groupInfo };
  await expect(joinByExternalCommit(anna.env, thief)).rejects.toMatchObject({ code: 'x509-key-mismatch' });
  const owner = await joinByExternalCommit(anna.env, { ...ANNA_RENEWED, groupInfo });
  expect([...members(owner.staged.state)]).toHaveLength(3);
});
