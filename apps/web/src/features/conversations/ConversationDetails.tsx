import { ActionIcon, Button } from '@mantine/core';
import type { Conversation } from '@sotto/client/api';
import { IconAlertTriangle, IconLock, IconShield, IconShieldCheck, IconX } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, type ReactNode, type RefObject, useLayoutEffect, useRef, useState } from 'react';
import { Avatar } from '../../ui/Avatar.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { useCopy } from '../../ui/use-copy.ts';
import { useMedia } from '../../ui/use-media.ts';
import { nameOfAddress } from '../../ui/words.ts';
import { BlockDialog } from './BlockDialog.tsx';
import styles from './ConversationDetails.module.css';

/** About the person of a conversation: a fourth pane where there is room, else a sheet. */
export function ConversationDetails(props: {
  conversation: Conversation;
  /** The button that opened them: it has the focus again where they had it. */
  opener: RefObject<HTMLElement | null>;
  onClose: () => void;
}) {
  const room = useMedia('(min-width: 1100px)');
  const content = <Details conversation={props.conversation} />;
  if (!room) {
    return (
      <Dialog title="Details" shape="sheet" onClose={props.onClose}>
        {content}
      </Dialog>
    );
  }
  return <Pane {...props}>{content}</Pane>;
}

function Pane(props: { opener: RefObject<HTMLElement | null>; onClose: () => void; children: ReactNode }) {
  const { opener } = props;
  const pane = useRef<HTMLElement>(null);
  // A layout effect, since its end comes while the pane still stands in the page and knows whether it has the focus.
  useLayoutEffect(() => {
    const element = pane.current;
    return () => {
      if (element?.contains(document.activeElement) === true) opener.current?.focus();
    };
  }, [opener]);
  const onKeyDown = (event: KeyboardEvent) => {
    // A dialog that the pane has opened closes by itself, and nothing else does.
    if (event.key !== 'Escape' || (event.target instanceof Element && event.target.closest('dialog'))) return;
    event.preventDefault();
    props.onClose();
  };
  return (
    <aside ref={pane} className={styles.pane} aria-label="Details" onKeyDown={onKeyDown}>
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
      {props.children}
    </aside>
  );
}

function Details({ conversation }: { conversation: Conversation }) {
  const { address, verification } = conversation.with;
  const name = nameOfAddress(address);
  const navigate = useNavigate();
  const copy = useCopy();
  const { icon: Icon, title } = VERIFICATION[verification];
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
          <Icon size={20} stroke={1.6} aria-hidden="true" />
          {title}
        </h3>
        <p>{VERIFICATION_TEXT[verification](name)}</p>
        <Button
          variant={verification === 'verified' ? 'default' : 'light'}
          aria-label={verification === 'verified' ? undefined : `Verify ${name}`}
          onClick={() => navigate({ to: '/chats/verify/$address', params: { address } })}
        >
          {verification === 'verified' ? 'Show safety number' : 'Verify'}
        </Button>
      </div>
      <div className={styles.card}>
        <h3>
          <IconLock size={20} stroke={1.6} aria-hidden="true" />
          Encrypted
        </h3>
        <p>{PRIVACY_TEXT[verification](name)}</p>
      </div>
      <Button
        className={styles.block}
        color="red"
        variant="outline"
        aria-label={`Block ${name}`}
        onClick={() => setBlocking(true)}
      >
        Block
      </Button>
      {blocking && <BlockDialog conversation={conversation} onClose={() => setBlocking(false)} />}
    </div>
  );
}

const VERIFICATION = {
  verified: { icon: IconShieldCheck, title: 'Verified' },
  unverified: { icon: IconShield, title: 'Not verified yet' },
  changed: { icon: IconAlertTriangle, title: 'Identity changed' },
} as const;

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
