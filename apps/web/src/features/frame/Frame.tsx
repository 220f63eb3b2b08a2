import { Outlet } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useSyncExternalStore } from 'react';
import { useLive, useSignedIn } from '../../ui/device.tsx';
import { setUnreadInTitle } from '../../ui/page-title.ts';
import { forgetDrafts } from '../conversations/drafts.ts';
import { ConnectionBar } from './ConnectionBar.tsx';
import styles from './Frame.module.css';
import { Rail } from './Rail.tsx';
import { closeSwitcher, openSwitcher, subscribeSwitcher, switcherIsOpen } from './switcher-state.ts';
import { UpdateBar } from './UpdateBar.tsx';

const loadSwitcher = () => import('./Switcher.tsx');
const Switcher = lazy(loadSwitcher);

/** The workspace of a signed-in person: rail, and whatever the route puts beside it. */
export function Frame() {
  const session = useSignedIn();
  const unread = useUnread();
  const switching = useSyncExternalStore(subscribeSwitcher, switcherIsOpen);
  useShortcut();
  useEffect(() => setUnreadInTitle(unread), [unread]);
  useEffect(() => () => setUnreadInTitle(0), []);
  useEffect(() => () => forgetDrafts(), []);
  // There before its first use: what is typed right after Ctrl K must not land elsewhere. Where it fails, it is tried then.
  useEffect(() => void loadSwitcher().catch(() => undefined), []);
  return (
    <div className={styles.frame}>
      <button type="button" className={styles.skip} onClick={focusContent}>
        Skip to content
      </button>
      <Rail address={session?.address ?? ''} unread={unread} />
      <div className={styles.column}>
        <UpdateBar />
        {session !== undefined && <ConnectionBar connection={session.connection} problem={session.problem} />}
        <main id="content" tabIndex={-1} className={styles.content}>
          <Outlet />
        </main>
      </div>
      {switching && (
        <Suspense>
          <Switcher onClose={closeSwitcher} />
        </Suspense>
      )}
    </div>
  );
}

function focusContent(): void {
  document.getElementById('content')?.focus();
}

function useUnread(): number {
  const conversations = useLive('conversations', null) ?? [];
  return conversations.reduce((sum, { unread, state }) => sum + (state === 'active' ? unread : 0), 0);
}

function useShortcut(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (
        event.key.toLowerCase() !== 'k' ||
        !(event.ctrlKey || event.metaKey) ||
        event.shiftKey ||
        event.altKey
      )
        return;
      event.preventDefault();
      if (switcherIsOpen()) closeSwitcher();
      else openSwitcher();
    };
    window.addEventListener('keydown', onKey);
    return () => {
      window.removeEventListener('keydown', onKey);
      closeSwitcher();
    };
  }, []);
}
