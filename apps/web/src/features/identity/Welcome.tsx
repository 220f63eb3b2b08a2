import { Button } from '@mantine/core';
import type { Problem, ServerInfo } from '@sotto/client/api';
import { IconKey, IconLock, IconServer } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { ProblemBox } from '../../ui/ProblemBox.tsx';
import { AuthPage } from './AuthPage.tsx';
import styles from './auth.module.css';
import { useSignedOut } from './signed-out.ts';

/** What a person sees first who is not signed in here. */
export function Welcome() {
  const { server, notice } = useSignedOut();
  if (server?.first === true) return <FirstRun server={server} notice={notice} />;
  const canSignUp = server !== null && server.registration !== 'closed';
  return (
    <AuthPage
      title="Talk in a low voice"
      lead={server === null ? 'The server cannot be reached just now.' : `You are at ${server.domain}.`}
    >
      <div className={styles.form}>
        <ProblemBox problem={notice} />
        {server === null && <NoServer />}
        <div className={styles.actions}>
          {canSignUp && (
            <Button component={Link} to="/sign-up" size="md">
              Create an account
            </Button>
          )}
          <Button component={Link} to="/sign-in" size="md" variant={canSignUp ? 'default' : 'filled'}>
            Sign in
          </Button>
        </div>
        {server?.registration === 'closed' && (
          <p className={styles.hint}>This server takes no new accounts. Ask whoever runs it.</p>
        )}
        <p className={styles.hint}>
          What you write is encrypted on your device. The server carries it and cannot read it.
        </p>
      </div>
    </AuthPage>
  );
}

function NoServer() {
  return (
    <>
      <p className={styles.hint}>
        Check your connection, or ask whoever runs the server. This page goes on by itself once it answers.
      </p>
      <Button variant="default" onClick={() => location.reload()}>
        Try again
      </Button>
    </>
  );
}

function FirstRun(props: { server: ServerInfo; notice: Problem | null }) {
  return (
    <AuthPage
      title="Your server is running"
      lead="Nobody has an account here yet. Yours will be the first, and you will be its owner."
    >
      <ul className={styles.points}>
        <li>
          <IconKey size={20} stroke={1.6} aria-hidden="true" />
          <span>
            <strong>Create your account</strong>A name and a password. The keys are made on this device.
          </span>
        </li>
        <li>
          <IconLock size={20} stroke={1.6} aria-hidden="true" />
          <span>
            <strong>Write down 24 words</strong>They bring you back in if you ever forget your password.
          </span>
        </li>
        <li>
          <IconServer size={20} stroke={1.6} aria-hidden="true" />
          <span>
            <strong>Invite people</strong>From Settings. The server carries what you all write and cannot read
            it.
          </span>
        </li>
      </ul>
      <ProblemBox problem={props.notice} />
      <div className={styles.actions}>
        <Button component={Link} to="/sign-up" size="md">
          Create the first account
        </Button>
      </div>
    </AuthPage>
  );
}
