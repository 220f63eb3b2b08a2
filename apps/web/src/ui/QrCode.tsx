import { useMemo } from 'react';
import styles from './QrCode.module.css';
import { qrPath } from './qr-path.ts';

/** Dark on white in both themes, with its quiet zone: cameras need it so. */
export function QrCode(props: { text: string; label: string }) {
  const { size, path } = useMemo(() => qrPath(props.text), [props.text]);
  return (
    <svg className={styles.code} viewBox={`0 0 ${size} ${size}`} role="img" aria-label={props.label}>
      <path d={path} shapeRendering="crispEdges" />
    </svg>
  );
}
