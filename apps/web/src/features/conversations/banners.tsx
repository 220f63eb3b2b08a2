import { Button } from '@mantine/core';
import type { Conversation, Problem } from '@sotto/client/api';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Dialog } from '../../ui/Dialog.tsx';
import { useCommand } from '../../ui/device.tsx';
import { ProblemBox } from '../../ui/ProblemBox.tsx';
import { nameOfAddress } from '../../ui/words.ts';
import { BlockDialog } from './BlockDialog.tsx';
import styles from './banners.module.css';

/** A stranger wrote: nothing goes back to them before the person has said yes. */
export function RequestBanner(props: { conversation: Conversation }) {
  const { id, with: person } = props.conversation;
  const accept = useCommand('acceptRequest');
  const [blocking, setBlocking] = useState(false);
  return (
    <section className={styles.banner} aria-label="Request">
      <p>
        <strong>{person.address}</strong> wants to write to you. They do not see whether you have read this
        until you accept.
      </p>
      <ProblemBox problem={accept.problem} />
      <div className={styles.choices}>
        <Button loading={accept.busy} onClick={() => accept.run({ conversation: id })}>
          Accept
        </Button>
        <Button variant="default" onClick={() => setBlocking(true)}>
          Block
        </Button>
      </div>
      {blocking && <BlockDialog conversation={props.conversation} onClose={() => setBlocking(false)} />}
    </section>
  );
}

/** Nothing can be sent; where a verified person's identity changed, the two ways on. */
export function BlockedBanner(props: { conversation: Conversation; problem: Problem }) {
  const { address, verification } = props.conversation.with;
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const name = nameOfAddress(address);
  return (
    <section className={styles.banner} data-tone="warning" aria-label="Sending is stopped">
      <p>
        <IconAlertTriangle size={20} stroke={1.6} aria-hidden="true" />
        {props.problem.message}
      </p>
      {verification === 'changed' && (
        <div className={styles.choices}>
          <Button onClick={() => navigate({ to: '/chats/verify/$address', params: { address } })}>
            Compare again
          </Button>
          <Button variant="default" onClick={() => setAsking(true)}>
            Go on without comparing
          </Button>
        </div>
      )}
      {asking && <GoOnDialog address={address} name={name} onClose={() => setAsking(false)} />}
    </section>
  );
}

function GoOnDialog(props: { address: string; name: string; onClose: () => void }) {
  const accept = useCommand('acceptChangedKeys');
  return (
    <Dialog title="Go on without comparing?" onClose={props.onClose}>
      <p className={styles.dialogText}>
        Someone else could be writing as {props.name}. If you go on, {props.name} is shown as not verified
        until you compare again.
      </p>
      <ProblemBox problem={accept.problem} />
      <div className={styles.choices}>
        <Button color="red" loading={accept.busy} onClick={() => accept.run({ address: props.address })}>
          Go on
        </Button>
        <Button variant="default" onClick={props.onClose}>
          Cancel
        </Button>
      </div>
    </Dialog>
  );
}
