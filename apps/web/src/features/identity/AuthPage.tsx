import type { ReactNode } from 'react';
import { Logo } from '../../ui/Logo.tsx';
import { PageHeading } from '../../ui/PageHeading.tsx';
import styles from './auth.module.css';

/** The sheet of paper on which everything before the workspace is written. */
export function AuthPage(props: {
  title: string;
  lead?: ReactNode;
  children?: ReactNode;
  foot?: ReactNode;
  wide?: boolean;
}) {
  return (
    <div className={styles.scroll}>
      <main className={styles.page}>
        <section className={styles.card} data-wide={props.wide === true}>
          <div className={styles.brand}>
            <Logo size={34} />
            Sotto
          </div>
          <PageHeading title={props.title} className={styles.title} />
          {props.lead !== undefined && <p className={styles.lead}>{props.lead}</p>}
          {props.children}
        </section>
        {props.foot !== undefined && <div className={`${styles.foot} ${styles.noPrint}`}>{props.foot}</div>}
      </main>
    </div>
  );
}
