import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useDevice } from '../../ui/device.tsx';
import { RecoveryWords } from './RecoveryWords.tsx';
import { SignUpForm } from './SignUpForm.tsx';
import { WordsAskedBack } from './WordsAskedBack.tsx';

type Step = 'form' | 'words' | 'ask';

/** Sign-up in three steps; the account is on the server only after the last. */
export function SignUp() {
  const device = useDevice();
  const navigate = useNavigate();
  const [step, setStep] = useState<Step>('form');
  const [made, setMade] = useState<{ words: string; ask: readonly number[] }>({ words: '', ask: [] });
  const finish = async (answers: readonly string[]) => {
    await device.call('signUpFinish', { answers });
    await navigate({ to: '/chats', replace: true });
  };
  if (step === 'form') {
    return (
      <SignUpForm
        onMade={(result) => {
          setMade(result);
          setStep('words');
        }}
      />
    );
  }
  if (step === 'words') return <RecoveryWords words={made.words} onDone={() => setStep('ask')} />;
  return (
    <WordsAskedBack
      positions={made.ask}
      onBack={() => setStep('words')}
      onRestart={() => setStep('form')}
      finish={finish}
    />
  );
}
