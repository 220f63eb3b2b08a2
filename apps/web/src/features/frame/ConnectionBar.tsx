import { Button } from '@mantine/core';
import type { Connection, Problem } from '@sotto/client/api';
import { IconAlertTriangle, IconCloudOff } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import styles from './bars.module.css';

const PATIENCE_MS = 2_500;

/** A quiet bar while there is no connection, and one for whatever else needs the person. */
export function ConnectionBar(props: { connection: Connection; problem: Problem | null }) {
  const connecting = useLasting(props.connection === 'connecting');
  const offline = props.connection === 'offline';
  return (
    <>
      <div role="status">
        {(offline || connecting) && (
          <p className={styles.bar}>
            <IconCloudOff size={18} stroke={1.6} aria-hidden="true" />
            {offline ? 'You are offline. What you write is sent when you are back.' : 'Connecting…'}
          </p>
        )}
      </div>
      <div role="alert">
        {props.problem !== null && (
          <div className={styles.bar} data-tone="warning">
            <IconAlertTriangle size={18} stroke={1.6} aria-hidden="true" />
            <span>{props.problem.message}</span>
            <Button size="compact-sm" variant="default" onClick={() => location.reload()}>
              Reload
            </Button>
          </div>
        )}
      </div>
    </>
  );
}

/** True once `value` has been true for a while: short interruptions are not worth a word. */
function useLasting(value: boolean): boolean {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    if (!value) {
      setLasting(false);
      return undefined;
    }
    const timer = setTimeout(() => setLasting(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return lasting;
}
