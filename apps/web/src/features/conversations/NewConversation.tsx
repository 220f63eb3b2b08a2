import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { Avatar } from '../../ui/Avatar.tsx';
import { useAct, useDevice, useLive, useSignedIn } from '../../ui/device.tsx';
import { PageHeading } from '../../ui/PageHeading.tsx';
import { ProblemBox } from '../../ui/ProblemBox.tsx';
import { useCopy } from '../../ui/use-copy.ts';
import { VerifiedMark } from '../../ui/VerifiedMark.tsx';
import { completeAddress, nameOfAddress } from '../../ui/words.ts';
import styles from './NewConversation.module.css';

/** Starts a conversation by address; people known already are one press away. */
export function NewConversation() {
  const session = useSignedIn();
  const people = useLive('people', null);
  const device = useDevice();
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const own = session?.address ?? '';
  const domain = own.slice(own.indexOf('@') + 1);
  const start = useAct(async (address: string) => {
    const { id } = await device.call('startConversation', { address });
    await navigate({ to: '/chats/$id', params: { id } });
  });
  const wanted = typed.trim().toLowerCase();
  const whole = completeAddress(typed, domain);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (whole !== '') await start.run(whole);
  };
  const blocked = people?.some((person) => person.blocked && person.address === whole) === true;
  const shown = (people ?? []).filter((person) => !person.blocked && person.address.includes(wanted));
  return (
    <div className={styles.page}>
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
        <PageHeading title="New conversation" className={styles.title} />
      </header>
      <div className={styles.body}>
        <form className={styles.form} onSubmit={submit} noValidate>
          <TextInput
            className={styles.field}
            label="Address"
            size="md"
            placeholder={`name@${domain}`}
            description={
              blocked
                ? `You have blocked ${whole}. Writing to them takes that back.`
                : `For people at ${domain}, the name alone is enough.`
            }
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus
            value={typed}
            onChange={(event) => {
              setTyped(event.currentTarget.value);
              start.clear();
            }}
          />
          <ProblemBox problem={start.problem} />
          <Button type="submit" size="md" loading={start.busy} disabled={typed.trim() === ''}>
            {blocked ? 'Unblock and write' : 'Start the conversation'}
          </Button>
        </form>
        {shown.length > 0 && (
          <section>
            <h2 className={styles.subtitle}>People you know</h2>
            <ul className={styles.people}>
              {shown.map(({ address, verification }) => (
                <li key={address}>
                  <button type="button" onClick={() => start.run(address)}>
                    <Avatar address={address} />
                    <span>
                      <strong>
                        <span>{nameOfAddress(address)}</span> <VerifiedMark verification={verification} />
                      </strong>
                      <small>{address}</small>
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        )}
        <OwnAddress address={own} />
      </div>
    </div>
  );
}

function OwnAddress(props: { address: string }) {
  const copy = useCopy();
  return (
    <p className={styles.own}>
      Your address is <strong>{props.address}</strong>
      <Button variant="subtle" size="compact-sm" onClick={() => copy.copy(props.address)}>
        {copy.copied ? 'Copied' : 'Copy'}
      </Button>
    </p>
  );
}
