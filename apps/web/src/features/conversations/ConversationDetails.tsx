import { ActionIcon, Button } from '@mantine/core';
import type { Conversation } from '@sotto/client/api';
import { IconLock, IconShieldCheck, IconX } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Avatar } from '../../ui/Avatar.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { useCopy } from '../../ui/use-copy.ts';
import { useMedia } from '../../ui/use-media.ts';
import { nameOfAddress } from '../../ui/words.ts';
import { BlockDialog } from './BlockDialog.tsx';
import styles from './ConversationDetails.module.css';

/** About the person of a conversation: a fourth pane where there is room, else a sheet. */
export function ConversationDetails(props: { conversation: Conversation; onClose: () => void }) {
  const room = useMedia('(min-width: 1100px)');
  const content = <Details conversation={props.conversation} />;
  if (!room) {
    return (
      <Dialog title="Details" shape="sheet" onClose={props.onClose}>
        {content}
      </Dialog>
    );
  }
  return (
    <aside className={styles.pane} aria-label="Details">
      <header className={styles.head}>
        <h2>Details</h2>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={40}
          aria-label="Close details"
          onClick={props.onClose}
        >
          <IconX size={20} stroke={1.6} />
        </ActionIcon>
      </header>
      {content}
    </aside>
  );
}

function Details({ conversation }: { conversation: Conversation }) {
  const { address, verification } = conversation.with;
  const name = nameOfAddress(address);
  const navigate = useNavigate();
  const copy = useCopy();
  const [blocking, setBlocking] = useState(false);
  return (
    <div className={styles.body}>
      <Avatar address={address} size="large" />
      <p className={styles.name}>{name}</p>
      <button type="button" className={styles.address} onClick={() => copy.copy(address)}>
        {address}
        <span aria-live="polite">{copy.copied ? 'Copied' : 'Copy'}</span>
      </button>
      <div className={styles.card}>
        <h3>
          <IconShieldCheck size={20} stroke={1.6} aria-hidden="true" />
          {verification === 'verified'
            ? 'Verified'
            : verification === 'changed'
              ? 'Identity changed'
              : 'Not verified yet'}
        </h3>
        <p>{VERIFICATION_TEXT[verification](name)}</p>
        <Button
          variant={verification === 'verified' ? 'default' : 'light'}
          onClick={() => navigate({ to: '/chats/verify/$address', params: { address } })}
        >
          {verification === 'verified' ? 'Show safety number' : `Verify ${name}`}
        </Button>
      </div>
      <div className={styles.card}>
        <h3>
          <IconLock size={20} stroke={1.6} aria-hidden="true" />
          Encrypted
        </h3>
        <p>{PRIVACY_TEXT[verification](name)}</p>
      </div>
      <Button className={styles.block} color="red" variant="outline" onClick={() => setBlocking(true)}>
        Block {name}
      </Button>
      {blocking && <BlockDialog conversation={conversation} onClose={() => setBlocking(false)} />}
    </div>
  );
}

const VERIFICATION_TEXT = {
  verified: (name: string) =>
    `You compared safety numbers with ${name}. If ${name}'s identity changes, sending stops.`,
  unverified: (name: string) =>
    `Compare safety numbers with ${name} to be sure that nobody stands between you.`,
  changed: (name: string) => `${name}'s identity is another one than the one you verified. Compare again.`,
} as const;

const PRIVACY_TEXT = {
  verified: (name: string) =>
    `Only you and ${name} can read this conversation. The server carries it and cannot.`,
  unverified: (name: string) =>
    `The server carries this conversation and cannot read it. That it reaches ${name} and nobody else is sure once you have verified ${name}.`,
  changed: () => 'The server carries this conversation and cannot read it.',
} as const;
