import { Button, Textarea, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useCommand } from '../../ui/device.tsx';
import { ProblemBox } from '../../ui/ProblemBox.tsx';
import { completeAddress, describeBrowser, nameOfAddress } from '../../ui/words.ts';
import { AuthPage } from './AuthPage.tsx';
import styles from './auth.module.css';
import { NewPassword } from './NewPassword.tsx';
import { countWords, plainWords } from './recovery-text.ts';
import { useSignedOut } from './signed-out.ts';

const WORDS = 24;

/** Sign-in by the recovery words, which sets a new password. */
export function Recover() {
  const { server } = useSignedOut();
  const [name, setName] = useState('');
  const [words, setWords] = useState('');
  const [password, setPassword] = useState('');
  const [strong, setStrong] = useState(false);
  const recover = useCommand('recover');
  const count = countWords(words);
  const ready = name.trim() !== '' && count === WORDS && strong;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    await recover.run({
      address: completeAddress(name, server?.domain ?? null),
      words: plainWords(words),
      newPassword: password,
      deviceName: describeBrowser(navigator.userAgent),
    });
  };
  return (
    <AuthPage
      title="Sign in with your recovery words"
      lead="Then choose a new password. The words stay valid."
      foot={<Link to="/sign-in">Back to sign in</Link>}
    >
      <form className={styles.form} onSubmit={submit} noValidate>
        <TextInput
          label="Name"
          size="md"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          value={name}
          onChange={(event) => {
            setName(event.currentTarget.value);
            recover.clear();
          }}
        />
        <Textarea
          label="Recovery words"
          size="md"
          rows={4}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          description={count === WORDS ? 'All 24 words are there.' : `${count} of 24 words`}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={words}
          onChange={(event) => {
            setWords(event.currentTarget.value);
            recover.clear();
          }}
        />
        <NewPassword
          label="New password"
          name={nameOfAddress(name)}
          value={password}
          onChange={(next, isStrong) => {
            setPassword(next);
            setStrong(isStrong);
          }}
        />
        <ProblemBox problem={recover.problem} />
        <Button type="submit" size="md" loading={recover.busy} disabled={!ready}>
          Sign in and set the password
        </Button>
      </form>
    </AuthPage>
  );
}
