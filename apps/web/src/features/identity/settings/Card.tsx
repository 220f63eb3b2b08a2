import type { ReactNode } from 'react';
import styles from './settings.module.css';

/** One matter of the settings: its name, what it means, and its controls. */
export function Card(props: { title: string; children?: ReactNode; text?: ReactNode }) {
  return (
    <section className={styles.card}>
      <h2>{props.title}</h2>
      {props.text !== undefined && <p className={styles.text}>{props.text}</p>}
      {props.children}
    </section>
  );
}
