import { Button } from '@mantine/core';
import type { Problem } from '@sotto/client/api';
import { useState } from 'react';
import { AuthPage } from './AuthPage.tsx';
import styles from './auth.module.css';
import { ExportConversations } from './ExportConversations.tsx';
import { SignOutDialog } from './SignOutDialog.tsx';

/** The account goes on without this device: nothing but signing in again helps. */
const OUTSIDE = ['device_removed', 'device_signed_out', 'profile_rolled_back'];

/** This profile cannot be used further; the device says why and what that means. */
export function Stopped(props: { problem: Problem }) {
  const [leaving, setLeaving] = useState(false);
  const outside = OUTSIDE.includes(props.problem.code);
  return (
    <AuthPage title="Sotto has stopped on this device" lead={props.problem.message}>
      <div className={styles.form}>
        <p className={styles.hint}>{outside ? AGAIN : RELOAD}</p>
        <div className={styles.actions}>
          {!outside && (
            <Button size="md" onClick={() => location.reload()}>
              Reload
            </Button>
          )}
          <Button size="md" variant={outside ? 'filled' : 'default'} onClick={() => setLeaving(true)}>
            {outside ? 'Sign in again' : 'Sign out on this device'}
          </Button>
        </div>
        {outside && <ExportConversations />}
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

const AGAIN =
  'Your account and your other devices are not touched. What is kept here is erased when you sign in again: save your conversations first if you need them.';
const RELOAD =
  'Reload first: a newer version of the app may help. If it does not, sign out here and sign in again as a new device. Your account and your other devices are not touched.';
