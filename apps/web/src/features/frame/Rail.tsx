import { IconMessageCircle, IconSettings } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { Avatar } from '../../ui/Avatar.tsx';
import { Logo } from '../../ui/Logo.tsx';
import styles from './Rail.module.css';

/** The places of the workspace: a rail at the side, a bar at the bottom on a phone. */
export function Rail(props: { address: string; unread: number }) {
  return (
    <nav className={styles.rail} aria-label="Places">
      <span className={styles.logo}>
        <Logo />
      </span>
      <Link to="/chats" className={styles.place}>
        <span className={styles.icon}>
          <IconMessageCircle size={20} stroke={1.6} aria-hidden="true" />
          {props.unread > 0 && (
            <span className={styles.badge}>
              {props.unread > 99 ? '99+' : props.unread}
              <span className="visually-hidden"> unread</span>
            </span>
          )}
        </span>
        Chats
      </Link>
      <span className={styles.rest} />
      <Link to="/settings" activeOptions={{ exact: false }} className={styles.place}>
        <span className={styles.icon}>
          <IconSettings size={20} stroke={1.6} aria-hidden="true" />
        </span>
        Settings
      </Link>
      <Link
        to="/settings/$section"
        params={{ section: 'account' }}
        className={styles.account}
        title={props.address}
      >
        <Avatar address={props.address} size="small" />
        <span className="visually-hidden">Your account, {props.address}</span>
      </Link>
    </nav>
  );
}
