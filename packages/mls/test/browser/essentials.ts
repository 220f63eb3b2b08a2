/** What a browser must be able to do with the engine, without a test framework: the page of `firefox.test.ts`. */
import {
  createProposal,
  encryptApplication,
  epochAuthenticator,
  exportGroupInfo,
  HYBRID_SUITE_ID,
  joinByExternalCommit,
  MlsError,
  ProposalType,
  processMessage,
} from '../../src/index.ts';
import {
  at,
  commitAll,
  type Everyone,
  group,
  merged,
  person,
  receiveCommit,
  text,
  utf8,
} from '../kit/seeded.ts';

/** Of suites 4 to 7, one for each curve is enough here. */
export const ESSENTIAL_SUITES: readonly number[] = [1, 2, 3, 4, 5, 7, HYBRID_SUITE_ID];

function expectTrue(what: string, condition: boolean): void {
  if (!condition) throw new Error(what);
}

function expectAgreement({ states }: Everyone): void {
  const authenticators = states.map((state) => String(epochAuthenticator(state)));
  expectTrue('members disagree', new Set(authenticators).size === 1);
}

async function say(everyone: Everyone, from: number, to: number, words: string): Promise<void> {
  const sent = await encryptApplication(
    at(everyone.people, from).env,
    at(everyone.states, from),
    utf8(words),
  );
  everyone.states[from] = sent.state;
  const { env } = at(everyone.people, to);
  const changed = sent.bytes.map((byte, i) => (i === sent.bytes.length - 1 ? byte ^ 1 : byte));
  await expectRefusal('decryption-failed', processMessage(env, at(everyone.states, to), changed));
  const received = await processMessage(env, at(everyone.states, to), sent.bytes);
  expectTrue('another text', received.kind === 'application' && text(received.data) === words);
  if (received.state.status === 'active') everyone.states[to] = received.state;
  await expectRefusal('generation-consumed', processMessage(env, received.state, sent.bytes));
}

async function expectRefusal(code: string, work: Promise<unknown>): Promise<void> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expectTrue(`not refused with ${code}`, error instanceof MlsError && error.code === code);
}

/** Founds a group, adds, talks, commits, removes, and lets somebody in by external commit; throws on any fault. */
export async function essentialScenario(suiteId: number): Promise<void> {
  const everyone = await group(4, suiteId);
  expectAgreement(everyone);
  await say(everyone, 0, 1, 'hello');
  await commitAll(everyone, 1, {});
  expectAgreement(everyone);
  await say(everyone, 2, 0, 'hello again');
  const remove = { proposalType: ProposalType.remove, removed: 3 } as const;
  const proposed = await createProposal(at(everyone.people, 0).env, at(everyone.states, 0), remove);
  everyone.states[0] = proposed.state;
  for (const i of [1, 2]) {
    const received = await processMessage(at(everyone.people, i).env, at(everyone.states, i), proposed.bytes);
    if (received.state.status === 'active') everyone.states[i] = received.state;
  }
  everyone.states.pop();
  await commitAll(everyone, 2, {});
  expectAgreement(everyone);
  await enterFromOutside(everyone, suiteId);
}

async function enterFromOutside(everyone: Everyone, suiteId: number): Promise<void> {
  const newcomer = await person('newcomer', suiteId);
  const groupInfo = await exportGroupInfo(at(everyone.people, 0).env, at(everyone.states, 0));
  const joined = await joinByExternalCommit(newcomer.env, { ...newcomer.identity, groupInfo });
  for (const [i, state] of everyone.states.entries()) {
    everyone.states[i] = merged(await receiveCommit(at(everyone.people, i), state, joined.commit));
  }
  expectAgreement({ ...everyone, states: [...everyone.states, joined.staged.state] });
}
