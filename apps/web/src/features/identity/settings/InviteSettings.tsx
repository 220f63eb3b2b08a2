import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useCommand, useSignedIn } from '../../../ui/device.tsx';
import { ProblemBox } from '../../../ui/ProblemBox.tsx';
import { useCopy } from '../../../ui/use-copy.ts';
import { fullTime } from '../../../ui/words.ts';
import { inviteLink } from '../invite.ts';
import { Card } from './Card.tsx';
import styles from './settings.module.css';

/** The owner's: a link with which one person can create an account. */
export function InviteSettings() {
  const owner = useSignedIn()?.owner === true;
  const [invite, setInvite] = useState<{ code: string; expires: number } | null>(null);
  const create = useCommand('createInvite');
  const copy = useCopy();
  if (!owner) return <p className={styles.text}>Only the owner of the server can invite.</p>;
  const make = async () => setInvite((await create.run()) ?? null);
  const link = invite === null ? '' : inviteLink(location.origin, invite.code);
  return (
    <Card
      title="Invite someone"
      text="An invite lets one person create an account on this server. Send it to them alone."
    >
      {invite !== null && (
        <div className={styles.invite}>
          <TextInput
            label="Invite link"
            size="md"
            readOnly
            value={link}
            onFocus={(event) => event.currentTarget.select()}
          />
          <p className={styles.text}>
            For one person, until {fullTime(invite.expires)}. The code alone is <code>{invite.code}</code>.
          </p>
        </div>
      )}
      <ProblemBox problem={create.problem} />
      <div className={styles.row}>
        {invite !== null && (
          <Button onClick={() => copy.copy(link)}>{copy.copied ? 'Copied' : 'Copy the link'}</Button>
        )}
        <Button variant={invite === null ? 'filled' : 'default'} loading={create.busy} onClick={make}>
          {invite === null ? 'Create an invite' : 'Create another'}
        </Button>
      </div>
    </Card>
  );
}
