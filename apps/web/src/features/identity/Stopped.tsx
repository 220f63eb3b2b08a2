import { Button } from '@mantine/core';
import type { Problem } from '@sotto/client/api';
import { useState } from 'react';
import { AuthPage } from './AuthPage.tsx';
import styles from './auth.module.css';
import { SignOutDialog } from './SignOutDialog.tsx';

/** This profile cannot be used further; the device says why and what that means. */
export function Stopped(props: { problem: Problem }) {
  const [leaving, setLeaving] = useState(false);
  return (
    <AuthPage title="Sotto has stopped on this device" lead={props.problem.message}>
      <div className={styles.form}>
        <p className={styles.hint}>
          Reload first: a newer version of the app may help. If it does not, sign out here and sign in again
          as a new device. Your account and your other devices are not touched.
        </p>
        <div className={styles.actions}>
          <Button size="md" onClick={() => location.reload()}>
            Reload
          </Button>
          <Button size="md" variant="default" onClick={() => setLeaving(true)}>
            Sign out on this device
          </Button>
        </div>
      </div>
      {leaving && (
        <SignOutDialog title="Sign out on this device?" onClose={() => setLeaving(false)}>
          What is kept only on this device is erased. You can sign in again with your password or your
          recovery words.
        </SignOutDialog>
      )}
    </AuthPage>
  );
}
