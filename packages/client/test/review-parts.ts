/** Attacks that review.test.ts makes on the client as it is, and review-controls.test.ts on a weakened one. */
import { type ClientFrame, conversations, directory, ENTRY_KIND } from '@sotto/contract';
import type { GroupId } from '@sotto/protocol';
import { conversationWith, Reply, signInAgain, startHostileServer, type TestDevice } from '@sotto/testkit';
import { outcome, type Scene, untilLine } from './parts.ts';

/** The id of no group. */
const NO_GROUP = 'AAAAAAAAAAAAAAAAAAAAAA' as GroupId;

/** A server that lists, before any other, a group of the account's which no device can enter. */
export async function listBrokenGroup(
  serverUrl: string,
): Promise<{ readonly url: string; dispose(): Promise<void> }> {
  const between = await startHostileServer(serverUrl);
  between.onAnswer(conversations.listGroups, ({ groups }) => ({
    groups: [{ groupId: NO_GROUP, member: false }, ...groups],
  }));
  between.onRequest(conversations.getGroupInfo, (body) =>
    body.groupId === NO_GROUP ? new Reply(200, { groupInfo: 'AAAA', handshake: 0 }) : body,
  );
  return { url: between.url, dispose: () => between.close() };
}

type Submission = Extract<ClientFrame, { type: 'submit' }>;

/**
 * A stolen device of alice writes `text`, which the server holds back until bob knows that alice has removed it; then
 * it brings that to bob in place of what alice says.
 */
export async function removedDeviceSpeaks(scene: Scene, text: string): Promise<{ thief: TestDevice }> {
  const { server, hostile, alice, bob, toBob, toAlice } = scene;
  const between = await startHostileServer(server.url);
  const device = await signInAgain(between.url, alice);
  const conversation = await conversationWith(device, bob.address);
  await untilLine(bob.device, toAlice, 'new device');
  const session = await device.until('session', null, (value) => value.state === 'signed-in');
  const id = session.state === 'signed-in' ? session.deviceId : '';
  const held = new Promise<Submission>((resolve) => {
    between.onClientFrame((frame, pass) => {
      if (frame.type === 'submit') resolve(frame);
      else pass(frame);
    });
  });
  await device.call('send', { conversation, text });
  const { bytes, stream, counter } = await held;
  const known = new Promise<void>((resolve) => {
    hostile.onAnswer(directory.getStates, (answer) => {
      resolve();
      return answer;
    });
  });
  await alice.device.call('removeDevice', { id, password: alice.password });
  await known;
  // Another round trip, and a turn at what the answer changed.
  await outcome(bob.device.call('startConversation', { address: 'nobody@localhost' }));
  await bob.device.call('setVerified', { address: alice.address, verified: true });
  let done = false;
  hostile.onServerFrame((frame, pass) => {
    const [entry] = frame.type === 'entries' && frame.stream === stream ? frame.entries : [];
    if (frame.type !== 'entries' || entry === undefined) pass(frame);
    else if (!done) {
      done = true;
      const forged = {
        ...entry,
        kind: ENTRY_KIND.message,
        sender: id as typeof entry.sender,
        counter,
        bytes,
      };
      pass({ ...frame, entries: [forged] });
    }
  });
  await alice.device.call('send', { conversation: toBob, text: 'alice herself' });
  return {
    thief: {
      ...device,
      async dispose() {
        await device.dispose();
        await between.close();
      },
    },
  };
}
