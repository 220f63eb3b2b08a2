import { Button } from '@mantine/core';
import { IconMapOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { PageHeading } from '../../ui/PageHeading.tsx';
import styles from './NotFound.module.css';

export function NotFound() {
  return (
    <main className={styles.whole}>
      <PageHeading title="There is nothing here" className="visually-hidden" />
      <EmptyState
        icon={<IconMapOff size={26} stroke={1.6} />}
        title="There is nothing here"
        action={
          <Button component={Link} to="/">
            Go to the start
          </Button>
        }
      >
        The address may be mistyped or from a newer version.
      </EmptyState>
    </main>
  );
}
