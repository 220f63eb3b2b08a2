/** The commands that an interface may give, each a few lines over the part that does it. */
import { identity } from '@sotto/contract';
import { generatePassword, LEAST_GUESSES, passwordStrength, type Random, SottoError } from '@sotto/crypto';
import { type Address, type DeviceId, domainOf, parseAddress } from '@sotto/protocol';
import type { Commands, ServerInfo } from './api.ts';
import { exportLines } from './conversations/export.ts';
import { beginDirectGroup } from './conversations/join.ts';
import type { ConversationId } from './conversations/records.ts';
import { accept, decline, discard, keepDraft, markSeen } from './conversations/requests.ts';
import { isWaiting } from './conversations/waiting.ts';
import { setBlocked } from './identity/contacts.ts';
import { publishName } from './identity/devices.ts';
import { changePassword, recoverAccount, removeDevices, signInByPassword } from './identity/sign-in.ts';
import { beginSignUp, type NewDevice, type PendingSignUp } from './identity/sign-up.ts';
import { provePasswordSlot } from './identity/slot-act.ts';
import { acceptChangedKeys, compareSafetyNumber, safetyNumberOf } from './identity/verification.ts';
import type { Http } from './session/http.ts';
import type { SignedIn } from './signed-in.ts';

/** What commands need of the device. */
export interface CommandHost {
  readonly random: Random;
  http(): Http;
  serverInfo(): Promise<ServerInfo>;
  /** Throws where this device is signed in, locked or stopped. */
  requireSignedOut(): void;
  /** Throws where it is not signed in. */
  signedIn(): SignedIn;
  /** The same, and where it has stopped what is kept of the account. */
  kept(): SignedIn;
  /** Undefined where somebody is signed in and it does not open: it is locked or has stopped. Throws as signedIn. */
  opened(): SignedIn | undefined;
  /** Keeps a device that has just become part of an account, and starts it. */
  enter(made: NewDevice, deviceName: string, first: boolean): Promise<void>;
  /** Forgets the account on this device. */
  wipe(): Promise<void>;
  unlock(password: string): Promise<void>;
  readonly appLock: boolean;
  setAppLock(enabled: boolean, password: string): Promise<void>;
  changeAppLock(password: string, newPassword: string): Promise<void>;
  changed(...topics: readonly string[]): void;
}

export function makeCommands(host: CommandHost): Commands {
  return { ...entering(host), ...account(host), ...conversations(host), ...people(host) };
}

type Entering =
  | 'passwordAdvice'
  | 'generatePassword'
  | 'signUpStart'
  | 'signUpFinish'
  | 'signIn'
  | 'recover'
  | 'unlock';
type Account =
  | 'signOut'
  | 'setAppLock'
  | 'changePassword'
  | 'removeDevice'
  | 'renameDevice'
  | 'createInvite'
  | 'catchUp'
  | 'reconnect'
  | 'serverInfo'
  | 'exportAll';
type People = 'safetyNumber' | 'compareSafetyNumber' | 'setVerified' | 'setBlocked' | 'acceptChangedKeys';

function entering(host: CommandHost): Pick<Commands, Entering> {
  let pending: { readonly signUp: PendingSignUp; readonly deviceName: string } | undefined;
  return {
    async passwordAdvice({ password, name }) {
      const { guesses, strongEnough } = await passwordStrength(password, [name, 'sotto']);
      const score = Math.min(1, Math.log10(Math.max(1, guesses)) / Math.log10(LEAST_GUESSES));
      return { strongEnough, score };
    },
    generatePassword: async () => generatePassword(host.random),
    async signUpStart({ name, password, invite, deviceName }) {
      host.requireSignedOut();
      const { domain } = await host.serverInfo();
      const input = { address: addressOf(`${name}@${domain}`), password, invite };
      const signUp = await beginSignUp(host.http(), input, host.random);
      pending = { signUp, deviceName };
      return { words: signUp.words, ask: signUp.ask };
    },
    async signUpFinish({ answers }) {
      if (pending === undefined) throw new SottoError('nothing_pending', 'Start signing up again.');
      const { signUp, deviceName } = pending;
      const made = await signUp.finish(answers);
      pending = undefined;
      await host.enter(made, deviceName, true);
    },
    async signIn({ address, password, deviceName }) {
      host.requireSignedOut();
      const { own } = await addressHere(host, address);
      await host.enter(await signInByPassword(host.http(), own, password, host.random), deviceName, false);
    },
    async recover({ address, words, newPassword, deviceName }) {
      host.requireSignedOut();
      const { own, domain } = await addressHere(host, address);
      const input = { domain, address: own, words, newPassword };
      await host.enter(await recoverAccount(host.http(), input, host.random), deviceName, false);
    },
    unlock: ({ password }) => host.unlock(password),
  };
}

function account(host: CommandHost): Pick<Commands, Account> {
  return {
    async signOut() {
      const opened = host.opened();
      if (opened !== undefined) await signOutAtServer(opened);
      await host.wipe();
    },
    async setAppLock({ enabled, password }) {
      const { core } = host.signedIn();
      if (enabled) await provePasswordSlot(core.http, core.self.address, password);
      await host.setAppLock(enabled, password);
    },
    async changePassword({ password, newPassword }) {
      const { core } = host.signedIn();
      await changePassword(core.http, core.self.address, password, newPassword, core.random);
      if (host.appLock) await host.changeAppLock(password, newPassword);
      await core.directory.refresh(core.self.accountId);
    },
    async removeDevice({ id, password }) {
      const { core, sender } = host.signedIn();
      if (id === core.self.deviceId) {
        throw new SottoError('own_device', 'To take this device out of your account, sign out here.');
      }
      await removeDevices(core.http, core.self.address, password, [id as DeviceId], core.random);
      await core.directory.refresh(core.self.accountId);
      sender.kick();
    },
    async renameDevice({ name }) {
      const { core } = host.signedIn();
      const deviceName = name.trim();
      if (deviceName === '') throw new SottoError('name_empty', 'Give this device a name.');
      await core.profile.update({ deviceName });
      await publishName(core);
      host.changed('devices');
    },
    async createInvite() {
      const { core } = host.signedIn();
      return core.http.request(identity.createInvite, {}, await core.token());
    },
    catchUp: () => host.signedIn().catchUp(),
    reconnect: async () => host.signedIn().wake(),
    serverInfo: () => host.serverInfo(),
    exportAll: async () => exportLines(host.kept().core),
  };
}

function conversations(host: CommandHost): Omit<Commands, Entering | Account | People> {
  return {
    startConversation: async ({ address }) => startConversation(host.signedIn(), addressOf(address)),
    async send({ conversation, text, id }) {
      return host.signedIn().sender.queue(conversation as ConversationId, text, id);
    },
    keepDraft: async ({ conversation, text }) =>
      keepDraft(host.signedIn().core, conversation as ConversationId, text),
    async retry({ conversation, message }) {
      await host.signedIn().sender.retry(conversation as ConversationId, message);
    },
    async discard({ conversation, message }) {
      await discard(host.signedIn().core, conversation as ConversationId, message);
    },
    async markRead({ conversation, position }) {
      const { core, sender } = host.signedIn();
      await markSeen(core, conversation as ConversationId, position);
      sender.kick();
    },
    async acceptRequest({ conversation }) {
      const { core, sender } = host.signedIn();
      await accept(core, conversation as ConversationId);
      sender.kick();
    },
    declineRequest: async ({ conversation }) => decline(host.signedIn().core, conversation as ConversationId),
  };
}

function people(host: CommandHost): Pick<Commands, People> {
  return {
    safetyNumber: async ({ address }) => safetyNumberOf(host.signedIn().core, addressOf(address)),
    compareSafetyNumber: async ({ address, scanned }) =>
      compareSafetyNumber(host.signedIn().core, addressOf(address), scanned),
    async setVerified({ address, verified }) {
      const { directory } = host.signedIn().core;
      const pin = directory.byAddress(addressOf(address));
      if (pin !== undefined) await directory.setVerified(pin.accountId, verified);
    },
    async setBlocked({ address, blocked }) {
      const device = host.signedIn();
      const parsed = addressOf(address);
      const pin = device.core.directory.byAddress(parsed) ?? (await device.core.directory.lookUp(parsed));
      await setBlocked(device.core, pin.accountId, blocked);
      device.decided();
      if (!blocked && device.core.isOnline()) await device.joinGroups();
      device.sender.kick();
    },
    acceptChangedKeys: async ({ address }) => acceptChangedKeys(host.signedIn().core, addressOf(address)),
  };
}

/** Where the server cannot be reached, the device is forgotten here all the same; the account can remove it later. */
async function signOutAtServer({ core }: SignedIn): Promise<void> {
  const token = await core.token().catch(() => undefined);
  if (token === undefined) return;
  await core.http.request(identity.signOutDevice, {}, token).catch(() => undefined);
}

async function startConversation(device: SignedIn, address: Address): Promise<{ id: string }> {
  const { core, groups, sender } = device;
  if (address === core.self.address) {
    throw new SottoError('own_address', 'This is your own address. Enter somebody else’s.');
  }
  if (domainOf(address) !== core.self.domain) {
    throw new SottoError(
      'other_server',
      `This server knows only its own people: their addresses end in @${core.self.domain}.`,
    );
  }
  const known = core.directory.byAddress(address);
  if (known !== undefined && (await isWaiting(core, known.accountId))) {
    // Whoever writes to somebody who has asked accepts, and enters the conversation that is there.
    await accept(core, known.accountId);
    await device.joinGroups();
  }
  const there = known === undefined ? undefined : core.timeline.get(known.accountId);
  if (there?.groups.some((id) => groups.get(id)?.active === true)) {
    if (there.state !== 'active') await accept(core, there.id);
    return { id: there.id };
  }
  const peer = await core.directory.lookUp(address);
  const id = await groups.lock.run(() => beginDirectGroup(core, groups, peer));
  if (core.timeline.get(id)?.state !== 'active') await accept(core, id);
  sender.kick();
  return { id };
}

/** An address of this server; a name alone is taken for one. */
async function addressHere(host: CommandHost, text: string): Promise<{ own: Address; domain: string }> {
  const { domain } = await host.serverInfo();
  const own = addressOf(text.includes('@') ? text : `${text}@${domain}`);
  if (!own.endsWith(`@${domain}`)) {
    throw new SottoError('other_server', `This server has the addresses that end in @${domain}.`);
  }
  return { own, domain };
}

function addressOf(text: string): Address {
  const address = parseAddress(text);
  if (address === undefined) {
    throw new SottoError(
      'address_invalid',
      'This is not an address. An address looks like name@example.org.',
    );
  }
  return address;
}
