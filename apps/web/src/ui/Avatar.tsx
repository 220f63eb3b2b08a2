import styles from './Avatar.module.css';
import { initialsOf } from './words.ts';

const TONES = 6;

/** The same address has the same colour everywhere; it means nothing beyond that. */
function toneOf(address: string): number {
  let sum = 0;
  for (const character of address) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return sum % TONES;
}

/** Initials on a colour. Decoration: the name always stands beside it. */
export function Avatar(props: { address: string; size?: 'small' | 'medium' | 'large' }) {
  return (
    <span
      className={styles.avatar}
      data-size={props.size ?? 'medium'}
      data-tone={toneOf(props.address)}
      aria-hidden="true"
    >
      {initialsOf(props.address)}
    </span>
  );
}
