import { IconChevronRight } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { PageHeading } from '../../../ui/PageHeading.tsx';
import { SECTION_INFO, SECTIONS } from './sections.ts';
import styles from './settings.module.css';

/** The pane of sections. `main` where it is the page itself and no section is open. */
export function SettingsList(props: { main: boolean }) {
  return (
    <>
      <header className={styles.listHead}>
        {props.main ? (
          <PageHeading title="Settings" className={styles.listTitle} />
        ) : (
          <h2 className={styles.listTitle}>Settings</h2>
        )}
      </header>
      <ul className={styles.list} aria-label="Sections">
        {SECTIONS.map((section) => {
          const { title, hint, icon: Icon } = SECTION_INFO[section];
          return (
            <li key={section}>
              <Link to="/settings/$section" params={{ section }} className={styles.entry}>
                <Icon size={20} stroke={1.6} aria-hidden="true" />
                <span>
                  <strong>{title}</strong>
                  <small>{hint}</small>
                </span>
                <IconChevronRight size={18} stroke={1.6} aria-hidden="true" className={styles.chevron} />
              </Link>
            </li>
          );
        })}
      </ul>
    </>
  );
}
