import { ActionIcon, Button, Skeleton } from '@mantine/core';
import type { SafetyNumber } from '@sotto/client/api';
import { IconArrowLeft, IconRosetteDiscountCheck } from '@tabler/icons-react';
import { useCanGoBack, useNavigate, useParams, useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useAct, useCommand, useDevice, useLive } from '../../ui/device.tsx';
import { PageHeading } from '../../ui/PageHeading.tsx';
import { ProblemBox } from '../../ui/ProblemBox.tsx';
import { QrCode } from '../../ui/QrCode.tsx';
import { nameOfAddress } from '../../ui/words.ts';
import { CompareSafetyNumber } from './CompareSafetyNumber.tsx';
import styles from './Verify.module.css';

/** Verifying a person: both compare one number, or one scans the other's code. It counts for everything in Sotto. */
export function Verify() {
  const { address } = useParams({ from: '/signed-in/chats/verify/$address' });
  return <VerifyPerson key={address} address={address} />;
}

function VerifyPerson({ address }: { address: string }) {
  const name = nameOfAddress(address);
  const back = useBack();
  const device = useDevice();
  const person = useLive('people', null)?.find((candidate) => candidate.address === address);
  const [number, setNumber] = useState<SafetyNumber | null>(null);
  const load = useAct(async () => setNumber(await device.call('safetyNumber', { address })));
  const { run } = load;
  const verification = person?.verification;
  // Asked again when the verification changes: new keys are a new number.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above.
  useEffect(() => void run(), [run, verification]);
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <ActionIcon variant="subtle" color="gray" size={44} aria-label={`Back to ${name}`} onClick={back}>
          <IconArrowLeft size={20} stroke={1.6} />
        </ActionIcon>
        <PageHeading title={`Verify ${name}`} className={styles.title} />
      </header>
      <div className={styles.body}>
        <p className={styles.lead}>
          Meet {name}, or call, and both open this page: {name} finds it in the conversation with you, under
          Details. If the twelve groups of digits are the same on both screens, nobody stands between you:
          read them to each other, or scan each other's code.
        </p>
        <ProblemBox
          problem={load.problem}
          action={
            <Button size="compact-sm" variant="default" onClick={() => load.run()}>
              Try again
            </Button>
          }
        />
        {number === null ? (
          load.problem === null && <NumberSkeleton />
        ) : (
          <SafetyNumberView number={number} name={name} />
        )}
        {number !== null && (
          <>
            <CompareSafetyNumber address={address} name={name} />
            <Judgement
              address={address}
              name={name}
              verified={(verification ?? number.verification) === 'verified'}
            />
          </>
        )}
      </div>
    </div>
  );
}

/** To where the person came from: of two identities at one address, only they know which they mean. */
function useBack(): () => void {
  const router = useRouter();
  const canGoBack = useCanGoBack();
  const navigate = useNavigate();
  return () => (canGoBack ? router.history.back() : void navigate({ to: '/chats' }));
}

function SafetyNumberView(props: { number: SafetyNumber; name: string }) {
  return (
    <div className={styles.number}>
      <QrCode text={props.number.code} label={`QR code of your safety number with ${props.name}`} />
      <ol className={styles.groups} aria-label={`Safety number with ${props.name}`}>
        {props.number.groups.map((group, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a group may occur twice; its place is what it is.
          <li key={index}>{group}</li>
        ))}
      </ol>
    </div>
  );
}

function NumberSkeleton() {
  return (
    <div className={styles.number} role="status" aria-label="Loading the safety number">
      <Skeleton height={208} width={208} radius="lg" />
      <Skeleton height={150} width={260} radius="lg" />
    </div>
  );
}

function Judgement(props: { address: string; name: string; verified: boolean }) {
  const set = useCommand('setVerified');
  return (
    <section className={styles.judgement}>
      <p>
        {props.verified ? (
          <>
            <IconRosetteDiscountCheck size={20} stroke={1.6} aria-hidden="true" />
            You verified {props.name}. If {props.name}'s identity changes, sending stops until you compare
            again.
          </>
        ) : (
          'Only if all twelve groups are the same on both screens:'
        )}
      </p>
      <ProblemBox problem={set.problem} />
      <Button
        variant={props.verified ? 'default' : 'filled'}
        loading={set.busy}
        onClick={() => set.run({ address: props.address, verified: !props.verified })}
      >
        {props.verified ? 'Remove the verification' : 'The numbers are the same'}
      </Button>
    </section>
  );
}
