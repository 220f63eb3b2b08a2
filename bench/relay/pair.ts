/**
 * Two real accounts with a conversation between them, and the tokens of their devices, taken from their own requests:
 * what a load generator needs to speak for both without their cryptography in the way.
 */
import { type openTestDevice, signUp } from '@sotto/testkit';

export interface Pair {
  readonly group: string;
  readonly tokens: readonly [sender: string, receiver: string];
}

export async function makePair(url: string): Promise<Pair> {
  const seen = { group: '', tokens: new Map<string, string>() };
  const [alice, bob] = [await person('alice'), await person('bob')];
  await alice.call('startConversation', { address: 'bob@localhost' });
  await bob.until('conversations', null, (list) => list.length === 1);
  await alice.dispose();
  await bob.dispose();
  return { group: seen.group, tokens: [seen.tokens.get('alice') ?? '', seen.tokens.get('bob') ?? ''] };

  async function person(name: string): ReturnType<typeof openTestDevice> {
    const listening: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      const path = new URL(String(input)).pathname;
      if (path === '/api/v1/sessions') {
        const { token } = (await response.clone().json()) as { token: string };
        seen.tokens.set(name, token);
      }
      if (path === '/api/v1/groups' && init?.method === 'POST') {
        seen.group = (JSON.parse(String(init.body)) as { groupId: string }).groupId;
      }
      return response;
    };
    return (await signUp(url, name, { platform: { fetch: listening } })).device;
  }
}
