import { Button, PasswordInput } from '@mantine/core';
import { IconSparkles } from '@tabler/icons-react';
import { useState } from 'react';
import { useCommand } from '../../ui/device.tsx';
import styles from './NewPassword.module.css';
import { type Advice, usePasswordAdvice } from './password-advice.ts';

/** A field for a new password: how strong it is, and a button that makes one of words. */
export function NewPassword(props: {
  label: string;
  name: string;
  value: string;
  /** @param judged false while the device still thinks about it */
  onChange: (password: string, strongEnough: boolean, judged: boolean) => void;
}) {
  const [visible, setVisible] = useState(false);
  const [generated, setGenerated] = useState(false);
  const advice = usePasswordAdvice(props.value, props.name, (ready) =>
    props.onChange(props.value, ready, true),
  );
  const generate = useCommand('generatePassword');
  const suggest = async () => {
    const password = await generate.run();
    if (password === undefined) return;
    setVisible(true);
    setGenerated(true);
    props.onChange(password, false, false);
  };
  const change = (password: string) => {
    setGenerated(false);
    props.onChange(password, false, false);
  };
  return (
    <div className={styles.field}>
      <PasswordInput
        label={props.label}
        size="md"
        autoComplete="new-password"
        required
        withAsterisk={false}
        maxLength={256}
        value={props.value}
        visible={visible}
        onVisibilityChange={setVisible}
        visibilityToggleButtonProps={{ 'aria-label': visible ? 'Hide password' : 'Show password' }}
        aria-describedby="password-strength"
        onChange={(event) => change(event.currentTarget.value)}
      />
      <StrengthBar advice={advice} empty={props.value === ''} generated={generated} />
      <Button
        variant="subtle"
        size="compact-md"
        className={styles.suggest}
        leftSection={<IconSparkles size={18} stroke={1.6} />}
        loading={generate.busy}
        onClick={suggest}
      >
        Suggest a password
      </Button>
      {generate.problem !== null && <p className={styles.note}>{generate.problem.message}</p>}
    </div>
  );
}

function StrengthBar(props: { advice: Advice; empty: boolean; generated: boolean }) {
  const { state, score } = props.advice;
  return (
    <div className={styles.strength}>
      <div className={styles.track} data-state={state} aria-hidden="true">
        <span style={{ transform: `scaleX(${props.empty ? 0 : Math.max(0.04, score)})` }} />
      </div>
      <p id="password-strength" className={styles.note} data-state={state} aria-live="polite">
        {strengthText(props.advice, props.empty, props.generated)}
      </p>
    </div>
  );
}

function strengthText({ state, score }: Advice, empty: boolean, generated: boolean): string {
  if (empty) return 'Long and unusual is best. A few random words do well.';
  if (state === 'unknown') return 'Checking how strong this is…';
  if (state === 'failed') return 'How strong this is could not be checked. Type on to try again.';
  if (state === 'weak')
    return score > 0.65
      ? 'Almost there. Make it a little longer, or take the words that Sotto suggests.'
      : 'Too easy to guess. Make it longer, or take the words that Sotto suggests.';
  return generated ? 'Strong enough. Write it down or keep it in your password manager.' : 'Strong enough.';
}
