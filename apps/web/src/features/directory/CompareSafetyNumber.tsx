import { Button, TextInput } from '@mantine/core';
import { IconScan } from '@tabler/icons-react';
import { type FormEvent, lazy, Suspense, useState } from 'react';
import { Dialog } from '../../ui/Dialog.tsx';
import { useCommand } from '../../ui/device.tsx';
import { ProblemBox } from '../../ui/ProblemBox.tsx';
import styles from './Verify.module.css';

const QrScanner = lazy(() => import('./QrScanner.tsx'));

type Outcome = { readonly equal: boolean } | null;

/** Lets the device compare: what the camera sees, or what was typed or pasted. */
export function CompareSafetyNumber(props: { address: string; name: string }) {
  const [typed, setTyped] = useState('');
  const [scanning, setScanning] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>(null);
  const compare = useCommand('compareSafetyNumber');
  const judge = async (scanned: string) => {
    setScanning(false);
    setOutcome((await compare.run({ address: props.address, scanned })) ?? null);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (typed.trim() !== '') await judge(typed.trim());
  };
  return (
    <section className={styles.compare} aria-label="Compare">
      <Button
        variant="default"
        leftSection={<IconScan size={18} stroke={1.6} />}
        onClick={() => setScanning(true)}
      >
        Scan the code
      </Button>
      <form className={styles.paste} onSubmit={submit} noValidate>
        <TextInput
          className={styles.grow}
          label={`Or type or paste the number that ${props.name} sees`}
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setOutcome(null);
          }}
        />
        <Button type="submit" variant="default" loading={compare.busy} disabled={typed.trim() === ''}>
          Compare
        </Button>
      </form>
      <ProblemBox problem={compare.problem} />
      <p className={styles.outcome} role="status" data-equal={outcome?.equal}>
        {outcome !== null && outcomeText(outcome.equal, props.name)}
      </p>
      {scanning && (
        <Dialog title={`Scan ${props.name}'s code`} onClose={() => setScanning(false)}>
          <Suspense fallback={<p>Starting the camera…</p>}>
            <QrScanner onFound={judge} />
          </Suspense>
        </Dialog>
      )}
    </section>
  );
}

function outcomeText(equal: boolean, name: string): string {
  return equal
    ? `The same. ${name} is verified now.`
    : `Not the same. Make sure that both of you look at each other's page. If it stays so, do not write anything here that only ${name} should read.`;
}
