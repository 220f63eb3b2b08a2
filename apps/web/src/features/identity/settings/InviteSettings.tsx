import { Button, Skeleton, TextInput } from '@mantine/core';
import type { ServerInfo } from '@sotto/client/api';
import { useEffect, useState } from 'react';
import { useAct, useCommand, useDevice, useSignedIn } from '../../../ui/device.tsx';
import { ProblemBox } from '../../../ui/ProblemBox.tsx';
import { useCopy } from '../../../ui/use-copy.ts';
import { fullTime } from '../../../ui/words.ts';
import { inviteLink } from '../invite.ts';
import { Card } from './Card.tsx';
import styles from './settings.module.css';

/** How people come to this server, which decides whether an invite is needed and who can make one. */
export function InviteSettings() {
  const owner = useSignedIn()?.owner === true;
  const device = useDevice();
  const [server, setServer] = useState<ServerInfo | null>(null);
  const load = useAct(async () => setServer(await device.call('serverInfo')));
  const { run } = load;
  useEffect(() => void run(), [run]);
  if (server === null) {
    return (
      <Card title="Invite someone">
        {load.problem === null && <Skeleton height={44} radius="md" />}
        <ProblemBox
          problem={load.problem}
          action={
            <Button size="compact-sm" variant="default" onClick={() => run()}>
              Try again
            </Button>
          }
        />
      </Card>
    );
  }
  if (server.registration === 'open') return <Open />;
  if (server.registration === 'closed') {
    return (
      <Card
        title="Nobody new can join"
        text="This server takes no new accounts: that is a setting of whoever runs it."
      />
    );
  }
  if (owner) return <Invite />;
  return (
    <Card
      title="Only the owner can invite"
      text={`People come to ${server.domain} by invite, and its owner makes them. Ask the owner for one, and pass it on.`}
    />
  );
}

/** No code is needed: the address of the server is the whole invitation. */
function Open() {
  const copy = useCopy();
  return (
    <Card
      title="No invite is needed"
      text="This server is open: whoever knows its address can create an account there."
    >
      <LinkField label="Address of this server" value={location.origin} />
      <div className={styles.row}>
        <Button onClick={() => copy.copy(location.origin)}>
          {copy.copied ? 'Copied' : 'Copy the address'}
        </Button>
      </div>
    </Card>
  );
}

/** The owner's: a link with which one person can create an account. */
function Invite() {
  const [invite, setInvite] = useState<{ code: string; expires: number } | null>(null);
  const create = useCommand('createInvite');
  const copy = useCopy();
  const make = async () => setInvite((await create.run()) ?? null);
  const link = invite === null ? '' : inviteLink(location.origin, invite.code);
  return (
    <Card
      title="Invite someone"
      text="An invite lets one person create an account on this server. Send it to them alone."
    >
      {invite !== null && (
        <div className={styles.invite}>
          <LinkField label="Invite link" value={link} />
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

function LinkField(props: { label: string; value: string }) {
  return (
    <TextInput
      label={props.label}
      size="md"
      readOnly
      value={props.value}
      onFocus={(event) => event.currentTarget.select()}
    />
  );
}
