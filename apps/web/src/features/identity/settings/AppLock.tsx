import { Button, PasswordInput, Switch } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { Dialog } from '../../../ui/Dialog.tsx';
import { useAct, useDevice, useSignedIn } from '../../../ui/device.tsx';
import { ProblemBox } from '../../../ui/ProblemBox.tsx';
import { ofPassword } from '../../../ui/problem.ts';
import { Card } from './Card.tsx';
import styles from './settings.module.css';

export function AppLock() {
  const locked = useSignedIn()?.appLock === true;
  const [asking, setAsking] = useState(false);
  return (
    <Card
      title="Lock"
      text="With the lock, whoever takes this device or its disk cannot read what Sotto keeps on it without your password."
    >
      <Switch
        size="md"
        label="Ask for my password when Sotto opens"
        checked={locked}
        onChange={() => setAsking(true)}
      />
      {asking && <PasswordDialog enable={!locked} onClose={() => setAsking(false)} />}
    </Card>
  );
}

function PasswordDialog(props: { enable: boolean; onClose: () => void }) {
  // What was asked stays what it was while the answer changes the setting.
  const [enable] = useState(props.enable);
  const [password, setPassword] = useState('');
  const device = useDevice();
  const set = useAct(async () => {
    await device.call('setAppLock', { enabled: enable, password });
    props.onClose();
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (password !== '') await set.run();
  };
  return (
    <Dialog title={enable ? 'Turn the lock on' : 'Turn the lock off'} onClose={props.onClose}>
      <form className={styles.form} onSubmit={submit} noValidate>
        <PasswordInput
          label="Your password"
          size="md"
          autoComplete="current-password"
          visibilityToggleButtonProps={{ 'aria-label': 'Show or hide password' }}
          data-autofocus
          value={password}
          onChange={(event) => {
            setPassword(event.currentTarget.value);
            set.clear();
          }}
        />
        <ProblemBox problem={ofPassword(set.problem)} />
        <div className={styles.row}>
          <Button type="submit" loading={set.busy} disabled={password === ''}>
            {enable ? 'Turn on' : 'Turn off'}
          </Button>
          <Button variant="default" onClick={props.onClose}>
            Cancel
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
