import styles from './Logo.module.css';

/** The mark of the house: an s and a full stop, said quietly. */
export function Logo(props: { size?: number }) {
  const size = props.size ?? 36;
  return (
    <svg className={styles.logo} width={size} height={size} viewBox="0 0 64 64" aria-hidden="true">
      <rect width="64" height="64" rx="18" />
      <path d="M37.500 25.200c-1.600-3-4.600-4.700-8.600-4.700-5 0-8.400 2.400-8.400 6.200 0 8.300 18 3.600 18 12.100 0 4-3.600 6.700-9 6.700-4.600 0-8-1.900-9.500-5.300" />
      <circle cx="47.500" cy="42.600" r="3.600" />
    </svg>
  );
}
