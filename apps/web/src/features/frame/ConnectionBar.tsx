import { Button } from '@mantine/core';
import type { Connection, Problem } from '@sotto/client/api';
import { IconAlertTriangle, IconCloudOff } from '@tabler/icons-react';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useDevice } from '../../ui/device.tsx';
import styles from './bars.module.css';
import { awaitServer } from './return-of-server.ts';

const PATIENCE_MS = 2_500;

/** A quiet bar while there is no connection, and one for whatever else needs the person. */
export function ConnectionBar(props: { connection: Connection; problem: Problem | null }) {
  const connecting = useLasting(props.connection === 'connecting');
  const offline = useOffline(props.connection);
  const network = useSyncExternalStore(subscribeNetwork, () => navigator.onLine);
  return (
    <>
      <div role="status">
        {(offline || connecting) && (
          <p className={styles.bar}>
            <IconCloudOff size={18} stroke={1.6} aria-hidden="true" />
            {offline ? offlineText(network) : 'Connecting…'}
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

function offlineText(network: boolean): string {
  return network
    ? 'The server cannot be reached. What you write is sent when it can be.'
    : 'You are offline. What you write is sent when you are back.';
}

function subscribeNetwork(listener: () => void): () => void {
  window.addEventListener('online', listener);
  window.addEventListener('offline', listener);
  return () => {
    window.removeEventListener('online', listener);
    window.removeEventListener('offline', listener);
  };
}

/** From the loss of the connection until there is one again: a further try that is under way changes nothing. */
function useOffline(connection: Connection): boolean {
  const device = useDevice();
  const offline = useRef(false);
  if (connection !== 'connecting') offline.current = connection === 'offline';
  const away = offline.current;
  useEffect(() => {
    if (!away) return undefined;
    // What comes of it shows in the connection.
    return awaitServer({ window, document }, () => void device.call('reconnect').catch(() => undefined));
  }, [away, device]);
  return away;
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
