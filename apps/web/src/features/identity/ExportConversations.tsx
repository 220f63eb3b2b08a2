import { Button } from '@mantine/core';
import { useState } from 'react';
import { useAct, useDevice } from '../../ui/device.tsx';
import { downloadText } from '../../ui/download.ts';
import { ProblemBox } from '../../ui/ProblemBox.tsx';
import styles from './auth.module.css';

/** Saves all that this device knows of the conversations as a file of the person's. */
export function ExportConversations() {
  const device = useDevice();
  const [done, setDone] = useState(false);
  const save = useAct(async () => {
    const day = new Date().toISOString().slice(0, 10);
    downloadText(`sotto-export-${day}.jsonl`, await device.call('exportAll'), 'application/jsonl');
    setDone(true);
  });
  return (
    <>
      <ProblemBox problem={save.problem} />
      <div className={styles.row}>
        <Button variant="default" loading={save.busy} onClick={() => save.run()}>
          Export my conversations
        </Button>
        <span role="status" className={styles.done}>
          {done && 'The file is among your downloads.'}
        </span>
      </div>
    </>
  );
}
