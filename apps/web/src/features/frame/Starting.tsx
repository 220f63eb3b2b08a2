import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { Logo } from '../../ui/Logo.tsx';
import styles from './Starting.module.css';

const PATIENCE_MS = 4_000;

/** While the device opens what it keeps: usually too short to be seen. */
export function Starting() {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <main className={styles.starting} aria-busy="true">
      <h1 className="visually-hidden">Sotto is opening</h1>
      <Logo size={52} />
      <p role="status">{slow && 'Still opening. Another tab of Sotto may be busy.'}</p>
      {slow && (
        <Button variant="default" onClick={() => location.reload()}>
          Reload
        </Button>
      )}
    </main>
  );
}
