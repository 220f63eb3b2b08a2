import { Button } from '@mantine/core';
import { useState } from 'react';
import { useAct, useDevice } from '../../../ui/device.tsx';
import { downloadText } from '../../../ui/download.ts';
import { ProblemBox } from '../../../ui/ProblemBox.tsx';
import { Card } from './Card.tsx';
import styles from './settings.module.css';

export function DataSettings() {
  const device = useDevice();
  const [done, setDone] = useState(false);
  const save = useAct(async () => {
    const day = new Date().toISOString().slice(0, 10);
    downloadText(`sotto-export-${day}.jsonl`, await device.call('exportAll'), 'application/jsonl');
    setDone(true);
  });
  return (
    <Card
      title="Export"
      text="All conversations that this device knows, in one file of JSON lines. The file is not encrypted: keep it where only you can read it."
    >
      <ProblemBox problem={save.problem} />
      <div className={styles.row}>
        <Button variant="default" loading={save.busy} onClick={() => save.run()}>
          Export my conversations
        </Button>
        <span role="status" className={styles.done}>
          {done && 'The file is among your downloads.'}
        </span>
      </div>
    </Card>
  );
}
