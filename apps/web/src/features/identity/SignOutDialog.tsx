import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { Dialog } from '../../ui/Dialog.tsx';
import { useCommand } from '../../ui/device.tsx';
import { ProblemBox } from '../../ui/ProblemBox.tsx';
import styles from './auth.module.css';

/** Asks before signing out: it erases what only this device has. */
export function SignOutDialog(props: { title: string; children: ReactNode; onClose: () => void }) {
  const signOut = useCommand('signOut');
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <p className={styles.lead}>{props.children}</p>
      <div className={styles.form}>
        <ProblemBox problem={signOut.problem} />
        <div className={styles.row}>
          <Button color="red" loading={signOut.busy} onClick={() => signOut.run()}>
            Sign out
          </Button>
          <Button variant="default" onClick={props.onClose}>
            Cancel
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
