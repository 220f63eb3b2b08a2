import { Button, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useCommand } from '../../ui/device.tsx';
import { ProblemBox } from '../../ui/ProblemBox.tsx';
import { describeBrowser, nameHere } from '../../ui/words.ts';
import { AuthPage } from './AuthPage.tsx';
import styles from './auth.module.css';
import { heldInvite } from './invite.ts';
import { NewPassword } from './NewPassword.tsx';
import { useSignedOut } from './signed-out.ts';

const NAME = /^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/;
const NAME_HELP = 'Letters a to z, digits, and dots or dashes inside. At most 64.';

type Strength = 'unknown' | 'weak' | 'strong';

/** Name, password and, where the server wants one, an invite. */
export function SignUpForm(props: { onMade: (made: { words: string; ask: readonly number[] }) => void }) {
  const { server } = useSignedOut();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [strength, setStrength] = useState<Strength>('unknown');
  const [invite, setInvite] = useState(heldInvite);
  const start = useCommand('signUpStart');
  const inviteNeeded = server?.registration === 'invite' && !server.first;
  const normal = nameHere(name, server?.domain ?? null);
  const nameWrong = normal !== '' && !NAME.test(normal);
  const filled = NAME.test(normal) && password !== '' && (!inviteNeeded || invite.trim() !== '');
  const ready = filled && strength !== 'weak';
  const goOn = async () => {
    const code = invite.trim() === '' ? {} : { invite: invite.trim() };
    const deviceName = describeBrowser(navigator.userAgent);
    const made = await start.run({ name: normal, password, deviceName, ...code });
    if (made !== undefined) props.onMade(made);
  };
  const [wanted, setWanted] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    if (strength === 'strong') await goOn();
    // Asked for before the device has judged the password: it goes on with the answer.
    else setWanted(true);
  };
  /** Whatever is typed means that the person has not finished. */
  const typing = () => {
    setWanted(false);
    start.clear();
  };
  return (
    <AuthPage
      title={server?.first === true ? 'Create the first account' : 'Create an account'}
      lead="Your keys are made here, on this device."
      foot={
        <span>
          Have an account? <Link to="/sign-in">Sign in</Link>
        </span>
      }
    >
      <form className={styles.form} onSubmit={submit} noValidate>
        <TextInput
          label="Name"
          size="md"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          withAsterisk={false}
          value={name}
          error={nameWrong ? NAME_HELP : undefined}
          description={
            nameWrong ? undefined : <AddressPreview name={normal} domain={server?.domain ?? null} />
          }
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          onChange={(event) => {
            setName(event.currentTarget.value);
            typing();
          }}
        />
        <NewPassword
          label="Password"
          name={normal}
          value={password}
          onChange={(next, isStrong, judged) => {
            if (next !== password) typing();
            setPassword(next);
            setStrength(judged ? (isStrong ? 'strong' : 'weak') : 'unknown');
            if (!judged || !wanted) return;
            setWanted(false);
            if (isStrong) void goOn();
          }}
        />
        {inviteNeeded && (
          <TextInput
            label="Invite"
            size="md"
            description="From whoever runs this server"
            autoComplete="off"
            spellCheck={false}
            required
            withAsterisk={false}
            value={invite}
            onChange={(event) => {
              setInvite(event.currentTarget.value);
              typing();
            }}
          />
        )}
        <ProblemBox problem={start.problem} />
        <Button
          type="submit"
          size="md"
          loading={start.busy || wanted}
          disabled={!ready}
          // Pressed it waits for the judgement; until then it does not look ready with each letter anew.
          data-disabled={strength !== 'strong'}
        >
          Continue
        </Button>
      </form>
    </AuthPage>
  );
}

function AddressPreview(props: { name: string; domain: string | null }) {
  if (props.domain === null) return <>The server cannot be reached just now.</>;
  return (
    <>
      People find you as{' '}
      <strong>
        {props.name === '' ? 'name' : props.name}@{props.domain}
      </strong>
    </>
  );
}
