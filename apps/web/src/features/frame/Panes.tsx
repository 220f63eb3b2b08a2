import { Outlet, useMatchRoute } from '@tanstack/react-router';
import { ConversationList } from '../conversations/ConversationList.tsx';
import { SettingsList } from '../identity/settings/SettingsList.tsx';
import styles from './Panes.module.css';

/** List and content side by side; on a phone one of the two. */
function Panes(props: { label: string; list: React.ReactNode; open: boolean }) {
  return (
    <div className={styles.panes} data-pane={props.open ? 'content' : 'list'}>
      <section className={styles.list} aria-label={props.label}>
        {props.list}
      </section>
      <div className={styles.content}>
        <Outlet />
      </div>
    </div>
  );
}

export function ChatPanes() {
  const atList = useMatchRoute()({ to: '/chats' }) !== false;
  return <Panes label="Chats" list={<ConversationList main={atList} />} open={!atList} />;
}

export function SettingsPanes() {
  const atList = useMatchRoute()({ to: '/settings' }) !== false;
  return <Panes label="Settings" list={<SettingsList main={atList} />} open={!atList} />;
}
