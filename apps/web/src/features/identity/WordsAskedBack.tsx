import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useAct } from '../../ui/device.tsx';
import { ProblemBox } from '../../ui/ProblemBox.tsx';
import { AuthPage } from './AuthPage.tsx';
import styles from './auth.module.css';

/** What was well at the form and is not any more: it has to be filled in anew. */
const RESTART = new Set(['name_taken', 'invite_needed', 'invite_invalid', 'nothing_pending']);

/** Asks two of the words back: a code that nobody kept is worth nothing. */
export function WordsAskedBack(props: {
  positions: readonly number[];
  onBack: () => void;
  onRestart: () => void;
  finish: (answers: readonly string[]) => Promise<void>;
}) {
  const [answers, setAnswers] = useState<readonly string[]>(() => props.positions.map(() => ''));
  const finish = useAct(props.finish);
  const ready = answers.every((answer) => answer.trim() !== '');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (ready) await finish.run(answers.map((answer) => answer.trim().toLowerCase()));
  };
  return (
    <AuthPage title="Two words, to be sure" lead="Look at what you wrote down and type these two.">
      <form className={styles.form} onSubmit={submit} noValidate>
        {props.positions.map((position, index) => (
          <TextInput
            key={position}
            label={`Word ${position}`}
            size="md"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus={index === 0}
            value={answers[index] ?? ''}
            onChange={(event) => {
              setAnswers(answers.with(index, event.currentTarget.value));
              finish.clear();
            }}
          />
        ))}
        <ProblemBox
          problem={finish.problem}
          action={
            RESTART.has(finish.problem?.code ?? '') ? (
              <Button size="compact-sm" variant="default" onClick={props.onRestart}>
                Go back to the form
              </Button>
            ) : undefined
          }
        />
        <Button type="submit" size="md" loading={finish.busy} disabled={!ready}>
          Create my account
        </Button>
        <Button variant="subtle" disabled={finish.busy} onClick={props.onBack}>
          Show the words again
        </Button>
      </form>
    </AuthPage>
  );
}
