import { Button } from '@mantine/core';
import { useState } from 'react';
import { Avatar } from '../../../ui/Avatar.tsx';
import { useSignedIn } from '../../../ui/device.tsx';
import { useCopy } from '../../../ui/use-copy.ts';
import { nameOfAddress } from '../../../ui/words.ts';
import { SignOutDialog } from '../SignOutDialog.tsx';
import { Card } from './Card.tsx';
import styles from './settings.module.css';

export function AccountSettings() {
  const session = useSignedIn();
  const copy = useCopy();
  const [leaving, setLeaving] = useState(false);
  if (session === undefined) return null;
  return (
    <>
      <Card title="You">
        <div className={styles.you}>
          <Avatar address={session.address} size="large" />
          <div>
            <p className={styles.name}>{nameOfAddress(session.address)}</p>
            <p className={styles.text}>{session.address}</p>
            <Button variant="default" size="compact-md" onClick={() => copy.copy(session.address)}>
              {copy.copied ? 'Copied' : 'Copy address'}
            </Button>
          </div>
        </div>
        {session.owner && <p className={styles.text}>You are the owner of this server.</p>}
      </Card>
      {!session.confirmed && (
        <Card
          title="Not confirmed yet"
          text="This device took your account as the server gave it. Once another device of yours or someone you write to has seen the same, this note goes."
        />
      )}
      <Card
        title="Sign out"
        text="What is kept only on this device is erased. Export your conversations first if you need them."
      >
        <div className={styles.row}>
          <Button color="red" variant="outline" onClick={() => setLeaving(true)}>
            Sign out
          </Button>
        </div>
      </Card>
      {leaving && (
        <SignOutDialog title="Sign out on this device?" onClose={() => setLeaving(false)}>
          Messages that are kept only here are erased, also those that were not sent yet. You can sign in
          again with your password or your recovery words.
        </SignOutDialog>
      )}
    </>
  );
}
