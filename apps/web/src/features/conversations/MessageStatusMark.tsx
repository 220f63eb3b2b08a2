import type { MessageStatus } from '@sotto/client/api';
import {
  IconAlertCircle,
  IconCheck,
  IconChecks,
  IconCircleCheckFilled,
  IconClock,
} from '@tabler/icons-react';
import styles from './MessageStatusMark.module.css';

const MARKS = {
  queued: [IconClock, 'Waiting to be sent'],
  sent: [IconCheck, 'Sent'],
  delivered: [IconChecks, 'Delivered'],
  read: [IconCircleCheckFilled, 'Read'],
  failed: [IconAlertCircle, 'Not sent'],
} as const;

/** How far an own message has come: as a picture, and in words for those who do not see it. */
export function MessageStatusMark(props: { status: MessageStatus }) {
  const [Icon, label] = MARKS[props.status];
  return (
    <span className={styles.mark} data-status={props.status} role="img" aria-label={label} title={label}>
      <Icon size={15} stroke={1.8} aria-hidden="true" />
    </span>
  );
}
