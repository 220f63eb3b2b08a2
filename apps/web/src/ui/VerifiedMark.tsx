import type { Verification } from '@sotto/client/api';
import { IconAlertTriangle, IconRosetteDiscountCheck } from '@tabler/icons-react';
import styles from './VerifiedMark.module.css';

const LABELS = { verified: 'Verified', changed: 'Identity changed' } as const;

/** A small sign beside a name; nothing for people whom nobody has compared. */
export function VerifiedMark(props: { verification: Verification }) {
  if (props.verification === 'unverified') return null;
  const label = LABELS[props.verification];
  const Icon = props.verification === 'verified' ? IconRosetteDiscountCheck : IconAlertTriangle;
  return (
    <span className={styles.mark} data-kind={props.verification} role="img" aria-label={label} title={label}>
      <Icon size={16} stroke={1.7} aria-hidden="true" />
    </span>
  );
}
