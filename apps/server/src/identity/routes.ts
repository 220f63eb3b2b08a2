/** The routes of identity (packages/contract/src/identity/routes.ts). */
import { identity, LIMITS, PROTOCOL_VERSION } from '@sotto/contract';
import { implement, type Routing } from '../platform/http/implement.ts';
import type { Platform } from '../platform/platform.ts';
import type { Streams } from '../streams/streams.ts';
import { VERSION } from '../version.ts';
import { publishState, readAccount, readKeyring } from './account.ts';
import { readContacts, replaceContacts } from './contacts.ts';
import { listDevices, setDeviceLabel, signOutDevice } from './devices.ts';
import type { Opaque } from './opaque.ts';
import { beginAccount, createAccount, createInvite, isFirst } from './registration.ts';
import { Sessions } from './sessions.ts';
import { SignIn } from './sign-in.ts';

/** Base64url of the largest state and keyring, and room for the slots. */
const PUBLICATION = Math.ceil(((LIMITS.state + LIMITS.keyring) * 4) / 3) + 32_768;
const CONTACTS = Math.ceil((LIMITS.contacts * 4) / 3) + 1_024;
const SIGN_IN = { signIn: true };

export function identityRoutes(routing: Routing, platform: Platform, streams: Streams, opaque: Opaque): void {
  serverRoute(routing, platform);
  registrationRoutes(routing, platform, opaque);
  signInRoutes(routing, platform, opaque);
  accountRoutes(routing, platform, streams, opaque);
  deviceRoutes(routing, platform, streams);
  contactsRoutes(routing, platform, streams);
}

function serverRoute(routing: Routing, { settings, database }: Platform): void {
  implement(routing, identity.server, async () => ({
    domain: settings.domain,
    registration: settings.registration,
    first: await isFirst(database.tables),
    version: VERSION,
    protocol: PROTOCOL_VERSION,
  }));
}

function registrationRoutes(routing: Routing, platform: Platform, opaque: Opaque): void {
  const begin = identity.beginAccount;
  implement(routing, begin, async ({ body }) => await beginAccount(platform, opaque, body), SIGN_IN);
  const options = { ...SIGN_IN, bodyLimit: PUBLICATION };
  implement(
    routing,
    identity.createAccount,
    async ({ body }) => {
      await createAccount(platform, body);
      return {};
    },
    options,
  );
}

function signInRoutes(routing: Routing, platform: Platform, opaque: Opaque): void {
  const signIn = new SignIn(platform, opaque);
  implement(
    routing,
    identity.startPasswordSignIn,
    async ({ body }) => await signIn.startPassword(body.name, body.request),
    SIGN_IN,
  );
  implement(
    routing,
    identity.finishPasswordSignIn,
    async ({ body }) => ({ token: await signIn.finishPassword(body.attempt, body.finish) }),
    SIGN_IN,
  );
  implement(
    routing,
    identity.startRecoverySignIn,
    async ({ body }) => await signIn.startRecovery(body.name),
    SIGN_IN,
  );
  implement(
    routing,
    identity.finishRecoverySignIn,
    async ({ body }) => ({ token: await signIn.finishRecovery(body.attempt, body.signature) }),
    SIGN_IN,
  );
}

function accountRoutes(routing: Routing, platform: Platform, streams: Streams, opaque: Opaque): void {
  implement(
    routing,
    identity.getAccount,
    async ({ caller, body }) => await readAccount(platform, caller, body.from),
  );
  implement(routing, identity.beginPassword, async ({ caller, body }) => ({
    registrationResponse: opaque.register(caller.account, body.registrationRequest),
  }));
  implement(
    routing,
    identity.publishState,
    async ({ caller, body }) => {
      await publishState(platform, streams, caller, body);
      return {};
    },
    { bodyLimit: PUBLICATION },
  );
  implement(routing, identity.getKeyring, async ({ caller }) => ({
    keyring: await readKeyring(platform.database.tables, caller.account),
  }));
}

function deviceRoutes(routing: Routing, platform: Platform, streams: Streams): void {
  const sessions = new Sessions(platform);
  implement(routing, identity.challengeDevice, async ({ body }) =>
    sessions.challenge(body.accountId, body.deviceId),
  );
  implement(
    routing,
    identity.openSession,
    async ({ body }) => await sessions.open(body.attempt, body.signature),
  );
  implement(routing, identity.signOutDevice, async ({ caller }) => {
    await signOutDevice(platform, streams, caller);
    return {};
  });
  implement(routing, identity.listDevices, async ({ caller }) => await listDevices(platform, caller.account));
  implement(routing, identity.setDeviceLabel, async ({ caller, body }) => {
    await setDeviceLabel(platform, streams, caller, body.label);
    return {};
  });
  implement(
    routing,
    identity.createInvite,
    async ({ caller }) => await createInvite(platform, caller.account),
  );
}

function contactsRoutes(routing: Routing, platform: Platform, streams: Streams): void {
  implement(
    routing,
    identity.getContacts,
    async ({ caller }) => await readContacts(platform, caller.account),
  );
  implement(
    routing,
    identity.setContacts,
    async ({ caller, body }) => {
      await replaceContacts(platform, streams, caller, body);
      return {};
    },
    { bodyLimit: CONTACTS },
  );
}
