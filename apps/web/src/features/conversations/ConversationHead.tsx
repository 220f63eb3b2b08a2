import { ActionIcon, Skeleton } from '@mantine/core';
import type { Conversation } from '@sotto/client/api';
import { IconArrowLeft, IconLayoutSidebarRight, IconShield } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { RefObject } from 'react';
import { Avatar } from '../../ui/Avatar.tsx';
import { PageHeading } from '../../ui/PageHeading.tsx';
import { VerifiedMark } from '../../ui/VerifiedMark.tsx';
import { nameOfAddress } from '../../ui/words.ts';
import styles from './ConversationHead.module.css';

const STATES = { verified: 'Verified', unverified: 'Not verified yet', changed: 'Identity changed' } as const;

/** Whom one is talking to, and the way to more about them. */
export function ConversationHead(props: {
  conversation: Conversation | undefined;
  opener: RefObject<HTMLButtonElement | null>;
  detailsOpen: boolean;
  onDetails: (open: boolean) => void;
}) {
  const { conversation } = props;
  return (
    <header className={styles.head}>
      <ActionIcon
        component={Link}
        to="/chats"
        className={styles.back}
        variant="subtle"
        color="gray"
        size={44}
        aria-label="Back to chats"
      >
        <IconArrowLeft size={20} stroke={1.6} />
      </ActionIcon>
      {conversation === undefined ? <Waiting /> : <Who conversation={conversation} />}
      <ActionIcon
        ref={props.opener}
        className={styles.details}
        variant="subtle"
        color="gray"
        size={44}
        aria-label="Details"
        aria-expanded={props.detailsOpen}
        disabled={conversation === undefined}
        onClick={() => props.onDetails(!props.detailsOpen)}
      >
        <IconLayoutSidebarRight size={20} stroke={1.6} />
      </ActionIcon>
    </header>
  );
}

function Who(props: { conversation: Conversation }) {
  const { address, verification } = props.conversation.with;
  const name = nameOfAddress(address);
  return (
    <>
      <Avatar address={address} size="small" />
      <div className={styles.who}>
        <PageHeading title={name} className={styles.name}>
          <span className={styles.cut}>{name}</span> <VerifiedMark verification={verification} />
        </PageHeading>
        <p className={styles.state}>
          {STATES[verification]}
          <span className={styles.address}> · {address}</span>
        </p>
      </div>
      {verification === 'unverified' && (
        <ActionIcon
          renderRoot={(root) => <Link {...root} to="/chats/verify/$address" params={{ address }} />}
          variant="subtle"
          color="gray"
          size={44}
          aria-label={`Verify ${name}`}
          title={`Verify ${name}`}
        >
          <IconShield size={20} stroke={1.6} />
        </ActionIcon>
      )}
    </>
  );
}

function Waiting() {
  return (
    <div className={styles.who}>
      <h1 className="visually-hidden">Opening the conversation</h1>
      <Skeleton height={14} width={120} />
      <Skeleton height={11} width={180} mt={8} />
    </div>
  );
}
