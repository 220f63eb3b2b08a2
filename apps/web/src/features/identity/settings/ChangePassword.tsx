import { Button, PasswordInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useAct, useDevice, useSignedIn } from '../../../ui/device.tsx';
import { ProblemBox } from '../../../ui/ProblemBox.tsx';
import { ofPassword } from '../../../ui/problem.ts';
import { nameOfAddress } from '../../../ui/words.ts';
import { NewPassword } from '../NewPassword.tsx';
import { Card } from './Card.tsx';
import styles from './settings.module.css';

export function ChangePassword() {
  const session = useSignedIn();
  const device = useDevice();
  const [password, setPassword] = useState('');
  const [next, setNext] = useState('');
  const [strong, setStrong] = useState(false);
  const [done, setDone] = useState(false);
  const change = useAct(async () => {
    await device.call('changePassword', { password, newPassword: next });
    setPassword('');
    setNext('');
    setDone(true);
  });
  const ready = password !== '' && strong;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (ready) await change.run();
  };
  return (
    <Card title="Change your password" text="Your devices stay signed in. Your recovery words stay valid.">
      <form className={styles.form} onSubmit={submit} noValidate>
        <input type="text" autoComplete="username" value={session?.address ?? ''} readOnly hidden />
        <PasswordInput
          label="Current password"
          size="md"
          autoComplete="current-password"
          visibilityToggleButtonProps={{ 'aria-label': 'Show or hide password' }}
          value={password}
          onChange={(event) => {
            setPassword(event.currentTarget.value);
            setDone(false);
            change.clear();
          }}
        />
        <NewPassword
          label="New password"
          name={nameOfAddress(session?.address ?? '')}
          value={next}
          onChange={(value, isStrong) => {
            setNext(value);
            setStrong(isStrong);
          }}
        />
        <ProblemBox problem={ofPassword(change.problem)} />
        <div className={styles.row}>
          <Button type="submit" loading={change.busy} disabled={!ready}>
            Change the password
          </Button>
          <span role="status" className={styles.done}>
            {done && 'Your password is changed.'}
          </span>
        </div>
      </form>
    </Card>
  );
}
