import { Button, PasswordInput, TextInput } from '@mantine/core';
import type { DeviceInfo } from '@sotto/client/api';
import { type FormEvent, useState } from 'react';
import { Dialog } from '../../../ui/Dialog.tsx';
import { useAct, useDevice } from '../../../ui/device.tsx';
import { ProblemBox } from '../../../ui/ProblemBox.tsx';
import { ofPassword } from '../../../ui/problem.ts';
import styles from './settings.module.css';

export function RenameDeviceDialog(props: { device: DeviceInfo; onClose: () => void }) {
  const [name, setName] = useState(props.device.name);
  const device = useDevice();
  const rename = useAct(async () => {
    await device.call('renameDevice', { name: name.trim() });
    props.onClose();
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') await rename.run();
  };
  return (
    <Dialog title="Rename this device" onClose={props.onClose}>
      <form className={styles.form} onSubmit={submit} noValidate>
        <TextInput
          label="Name"
          description="Only you see it."
          size="md"
          maxLength={60}
          autoComplete="off"
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <ProblemBox problem={rename.problem} />
        <div className={styles.row}>
          <Button type="submit" loading={rename.busy} disabled={name.trim() === ''}>
            Rename
          </Button>
          <Button variant="default" onClick={props.onClose}>
            Cancel
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

export function RemoveDeviceDialog(props: { device: DeviceInfo; onClose: () => void }) {
  const [password, setPassword] = useState('');
  const device = useDevice();
  const remove = useAct(async () => {
    await device.call('removeDevice', { id: props.device.id, password });
    props.onClose();
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (password !== '') await remove.run();
  };
  return (
    <Dialog title={`Remove ${props.device.name}?`} onClose={props.onClose}>
      <form className={styles.form} onSubmit={submit} noValidate>
        <p className={styles.text}>
          It is signed out and reads nothing new. What it has already received stays on it. Your account gets
          new keys, so your password is needed.
        </p>
        <PasswordInput
          label="Your password"
          size="md"
          autoComplete="current-password"
          visibilityToggleButtonProps={{ 'aria-label': 'Show or hide password' }}
          data-autofocus
          value={password}
          onChange={(event) => {
            setPassword(event.currentTarget.value);
            remove.clear();
          }}
        />
        <ProblemBox problem={ofPassword(remove.problem)} />
        <div className={styles.row}>
          <Button type="submit" color="red" loading={remove.busy} disabled={password === ''}>
            Remove
          </Button>
          <Button variant="default" onClick={props.onClose}>
            Cancel
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
