import { Button, Skeleton } from '@mantine/core';
import type { Person } from '@sotto/client/api';
import { Avatar } from '../../../ui/Avatar.tsx';
import { useCommand, useLive } from '../../../ui/device.tsx';
import { ProblemBox } from '../../../ui/ProblemBox.tsx';
import { nameOfAddress } from '../../../ui/words.ts';
import { Card } from './Card.tsx';
import styles from './settings.module.css';

/** Whom the person has blocked, and the way back. */
export function BlockedSettings() {
  const blocked = useLive('people', null)?.filter((person) => person.blocked);
  if (blocked?.length === 0) {
    return (
      <Card
        title="You have blocked nobody"
        text="A request from a stranger, and the details of a conversation, have a button for it."
      />
    );
  }
  return (
    <Card
      title="Who cannot write to you"
      text="Nothing that they write is shown, on all your devices. They are not told."
    >
      <ul className={styles.devices} aria-label="Blocked people">
        {blocked === undefined && <Skeleton height={56} radius="lg" />}
        {blocked?.map((person) => (
          <li key={person.accountId}>
            <BlockedPerson person={person} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function BlockedPerson({ person }: { person: Person }) {
  const { address } = person;
  const set = useCommand('setBlocked');
  return (
    <>
      <div className={styles.device}>
        <Avatar address={address} size="small" />
        <div className={styles.grow}>
          <p className={styles.name}>{nameOfAddress(address)}</p>
          <p className={styles.text}>{address}</p>
        </div>
        <Button
          variant="default"
          size="compact-md"
          aria-label={`Unblock ${nameOfAddress(address)}`}
          loading={set.busy}
          onClick={() => set.run({ address, blocked: false })}
        >
          Unblock
        </Button>
      </div>
      <ProblemBox problem={set.problem} />
    </>
  );
}
