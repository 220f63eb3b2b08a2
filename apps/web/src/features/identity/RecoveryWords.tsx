import { Button, Checkbox } from '@mantine/core';
import { IconCheck, IconCopy, IconDownload, IconPrinter } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { downloadText } from '../../ui/download.ts';
import { useCopy } from '../../ui/use-copy.ts';
import { AuthPage } from './AuthPage.tsx';
import styles from './auth.module.css';
import words from './RecoveryWords.module.css';

const CLIPBOARD_NOTE = 'Copied. Paste it somewhere safe, then copy something else over it.';

/** The 24 words, once: to write down, print or keep as a file. */
export function RecoveryWords(props: { words: string; onDone: () => void }) {
  const list = props.words.split(' ');
  const [kept, setKept] = useState(false);
  const copy = useCopy();
  useWarnBeforeLeaving();
  const numbered = list.map((word, index) => `${index + 1}. ${word}`).join('\n');
  return (
    <AuthPage
      wide
      title="Your 24 recovery words"
      lead="If you forget your password, these words bring you back in. They are shown only now. Keep them on paper, away from this device."
    >
      <ol className={words.list} aria-label="Recovery words">
        {list.map((word, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a word may occur twice; its place is what it is.
          <li key={index}>
            <span className={words.number} aria-hidden="true">
              {index + 1}
            </span>
            <span>{word}</span>
          </li>
        ))}
      </ol>
      <div className={`${styles.row} ${styles.noPrint}`}>
        <Button
          variant="default"
          leftSection={<IconPrinter size={18} stroke={1.6} />}
          onClick={() => window.print()}
        >
          Print
        </Button>
        <Button
          variant="default"
          leftSection={<IconDownload size={18} stroke={1.6} />}
          onClick={() => downloadText('sotto-recovery-words.txt', `${numbered}\n`)}
        >
          Download
        </Button>
        <Button
          variant="default"
          leftSection={
            copy.copied ? <IconCheck size={18} stroke={1.6} /> : <IconCopy size={18} stroke={1.6} />
          }
          onClick={() => copy.copy(props.words)}
        >
          {copy.copied ? 'Copied' : 'Copy'}
        </Button>
      </div>
      <p className={`${styles.hint} ${words.note} ${styles.noPrint}`} aria-live="polite">
        {copy.copied ? CLIPBOARD_NOTE : 'Whoever has these words can open your account. Show them to nobody.'}
      </p>
      <div className={`${styles.form} ${styles.noPrint}`}>
        <Checkbox
          size="md"
          label="I have kept the 24 words in a safe place"
          checked={kept}
          onChange={(event) => setKept(event.currentTarget.checked)}
        />
        <Button size="md" disabled={!kept} onClick={props.onDone}>
          Continue
        </Button>
      </div>
    </AuthPage>
  );
}

function useWarnBeforeLeaving(): void {
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, []);
}
