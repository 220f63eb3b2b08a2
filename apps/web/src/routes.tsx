/** Every address of the app. What comes after sign-in is loaded when it is first needed. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { Broken } from './features/frame/Broken.tsx';
import { NotFound } from './features/frame/NotFound.tsx';
import { SessionGate } from './features/frame/SessionGate.tsx';
import { Join } from './features/identity/Join.tsx';
import { Recover } from './features/identity/Recover.tsx';
import { SignIn } from './features/identity/SignIn.tsx';
import { SignUp } from './features/identity/SignUp.tsx';
import { Welcome } from './features/identity/Welcome.tsx';

const workspace = () => import('./workspace.ts');

const root = createRootRoute({ component: SessionGate, notFoundComponent: NotFound });
const index = createRoute({ getParentRoute: () => root, path: '/' });
const welcome = createRoute({ getParentRoute: () => root, path: '/welcome', component: Welcome });
const signIn = createRoute({ getParentRoute: () => root, path: '/sign-in', component: SignIn });
const signUp = createRoute({ getParentRoute: () => root, path: '/sign-up', component: SignUp });
const recover = createRoute({ getParentRoute: () => root, path: '/recover', component: Recover });
const join = createRoute({ getParentRoute: () => root, path: '/join', component: Join });

const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  component: lazyRouteComponent(workspace, 'Frame'),
});
const chats = createRoute({
  getParentRoute: () => signedIn,
  path: '/chats',
  component: lazyRouteComponent(workspace, 'ChatPanes'),
});
const noChat = createRoute({
  getParentRoute: () => chats,
  path: '/',
  component: lazyRouteComponent(workspace, 'NoChatOpen'),
});
const newChat = createRoute({
  getParentRoute: () => chats,
  path: '/new',
  component: lazyRouteComponent(workspace, 'NewConversation'),
});
const chat = createRoute({
  getParentRoute: () => chats,
  path: '/$id',
  validateSearch: (search: Record<string, unknown>): { details?: true } =>
    search.details === true ? { details: true } : {},
  component: lazyRouteComponent(workspace, 'ConversationPage'),
});
const verify = createRoute({
  getParentRoute: () => chats,
  path: '/verify/$address',
  component: lazyRouteComponent(workspace, 'Verify'),
});
const settings = createRoute({
  getParentRoute: () => signedIn,
  path: '/settings',
  component: lazyRouteComponent(workspace, 'SettingsPanes'),
});
const settingsStart = createRoute({
  getParentRoute: () => settings,
  path: '/',
  component: lazyRouteComponent(workspace, 'SettingsStart'),
});
const settingsSection = createRoute({
  getParentRoute: () => settings,
  path: '/$section',
  component: lazyRouteComponent(workspace, 'SettingsPage'),
});

const tree = root.addChildren([
  index,
  welcome,
  signIn,
  signUp,
  recover,
  join,
  signedIn.addChildren([
    chats.addChildren([noChat, newChat, chat, verify]),
    settings.addChildren([settingsStart, settingsSection]),
  ]),
]);

export function makeRouter() {
  return createRouter({
    routeTree: tree,
    defaultErrorComponent: Broken,
    defaultPreload: 'intent',
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
