import type { Problem } from '@sotto/client/api';
import { IconAlertCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import styles from './ProblemBox.module.css';

/** What happened and what to do; `action` is the button that does it. Read out at once by screen readers. */
export function ProblemBox(props: { problem: Problem | null; action?: ReactNode }) {
  return (
    <div role="alert" className={styles.place}>
      {props.problem !== null && (
        <div className={styles.box}>
          <IconAlertCircle size={20} stroke={1.6} aria-hidden="true" className={styles.icon} />
          <p>{props.problem.message}</p>
          {props.action !== undefined && <div className={styles.action}>{props.action}</div>}
        </div>
      )}
    </div>
  );
}
