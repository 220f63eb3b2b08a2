import { Button, PasswordInput, TextInput } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useCommand } from '../../ui/device.tsx';
import { ProblemBox } from '../../ui/ProblemBox.tsx';
import { completeAddress, describeBrowser } from '../../ui/words.ts';
import { AuthPage } from './AuthPage.tsx';
import styles from './auth.module.css';
import { useSignedOut } from './signed-out.ts';

/** Sign-in with name and password; this browser becomes a device of the account. */
export function SignIn() {
  const { server, notice } = useSignedOut();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useCommand('signIn');
  const ready = name.trim() !== '' && password !== '';
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    const address = completeAddress(name, server?.domain ?? null);
    await signIn.run({ address, password, deviceName: describeBrowser(navigator.userAgent) });
  };
  return (
    <AuthPage
      title="Sign in"
      lead={server === null ? 'The server cannot be reached just now.' : `To ${server.domain}`}
      foot={
        <>
          <Link to="/recover">Forgot your password?</Link>
          {server !== null && server.registration !== 'closed' && (
            <Link to="/sign-up">Create an account</Link>
          )}
        </>
      }
    >
      <form className={styles.form} onSubmit={submit} noValidate>
        <ProblemBox problem={signIn.problem === null ? notice : null} />
        <TextInput
          label="Name"
          size="md"
          placeholder={server === null ? 'name@server' : undefined}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          value={name}
          onChange={(event) => {
            setName(event.currentTarget.value);
            signIn.clear();
          }}
        />
        <PasswordInput
          label="Password"
          size="md"
          autoComplete="current-password"
          visibilityToggleButtonProps={{ 'aria-label': 'Show or hide password' }}
          value={password}
          onChange={(event) => {
            setPassword(event.currentTarget.value);
            signIn.clear();
          }}
        />
        <ProblemBox
          problem={signIn.problem}
          action={
            <Button size="compact-sm" variant="default" onClick={() => navigate({ to: '/recover' })}>
              Use recovery words
            </Button>
          }
        />
        <Button type="submit" size="md" loading={signIn.busy} disabled={!ready}>
          Sign in
        </Button>
      </form>
    </AuthPage>
  );
}
