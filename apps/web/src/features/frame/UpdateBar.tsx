import { Button } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { applyUpdate, subscribeUpdate, updateIsReady } from '../../ui/service-worker.ts';
import styles from './bars.module.css';

/** A newer version of the app is on this device and waits for a yes. */
export function UpdateBar() {
  const ready = useSyncExternalStore(subscribeUpdate, updateIsReady);
  return (
    <div role="status">
      {ready && (
        <p className={styles.bar}>
          A new version of Sotto is ready.
          <Button size="compact-sm" variant="default" onClick={applyUpdate}>
            Reload
          </Button>
        </p>
      )}
    </div>
  );
}
