import { Button, PasswordInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useCommand } from '../../ui/device.tsx';
import { ProblemBox } from '../../ui/ProblemBox.tsx';
import { nameOfAddress } from '../../ui/words.ts';
import { AuthPage } from './AuthPage.tsx';
import styles from './auth.module.css';
import { SignOutDialog } from './SignOutDialog.tsx';

/** The app lock: what is kept on this device opens with the password, also without a connection. */
export function Locked(props: { address: string }) {
  const [password, setPassword] = useState('');
  const [leaving, setLeaving] = useState(false);
  const unlock = useCommand('unlock');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (password === '') return;
    await unlock.run({ password });
    setPassword('');
  };
  return (
    <AuthPage
      title={`Welcome back, ${nameOfAddress(props.address)}`}
      lead="Your password opens Sotto on this device."
    >
      <form className={styles.form} onSubmit={submit} noValidate>
        <input type="text" autoComplete="username" value={props.address} readOnly hidden />
        <PasswordInput
          label="Password"
          size="md"
          autoComplete="current-password"
          visibilityToggleButtonProps={{ 'aria-label': 'Show or hide password' }}
          autoFocus
          value={password}
          onChange={(event) => {
            setPassword(event.currentTarget.value);
            unlock.clear();
          }}
        />
        <ProblemBox problem={unlock.problem} />
        <Button type="submit" size="md" loading={unlock.busy} disabled={password === ''}>
          Unlock
        </Button>
        <Button variant="subtle" onClick={() => setLeaving(true)}>
          I forgot my password
        </Button>
      </form>
      {leaving && (
        <SignOutDialog title="Forgot your password?" onClose={() => setLeaving(false)}>
          Sign out here, then sign in again with your 24 recovery words. What is kept only on this device is
          erased.
        </SignOutDialog>
      )}
    </AuthPage>
  );
}
