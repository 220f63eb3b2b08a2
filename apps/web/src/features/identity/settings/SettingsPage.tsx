import { ActionIcon } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { Link, Navigate, useParams } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { PageHeading } from '../../../ui/PageHeading.tsx';
import { AccountSettings } from './AccountSettings.tsx';
import { AppearanceSettings } from './AppearanceSettings.tsx';
import { BlockedSettings } from './BlockedSettings.tsx';
import { DataSettings } from './DataSettings.tsx';
import { DeviceSettings } from './DeviceSettings.tsx';
import { InviteSettings } from './InviteSettings.tsx';
import { SecuritySettings } from './SecuritySettings.tsx';
import { isSection, SECTION_INFO, type Section } from './sections.ts';
import styles from './settings.module.css';

const PAGES: Record<Section, ComponentType> = {
  account: AccountSettings,
  appearance: AppearanceSettings,
  devices: DeviceSettings,
  security: SecuritySettings,
  blocked: BlockedSettings,
  invites: InviteSettings,
  data: DataSettings,
};

/** One section of the settings. */
export function SettingsPage() {
  const { section } = useParams({ from: '/signed-in/settings/$section' });
  if (!isSection(section)) return <Navigate to="/settings" replace />;
  const Page = PAGES[section];
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <ActionIcon
          component={Link}
          to="/settings"
          className={styles.back}
          variant="subtle"
          color="gray"
          size={44}
          aria-label="Back to settings"
        >
          <IconArrowLeft size={20} stroke={1.6} />
        </ActionIcon>
        <PageHeading title={SECTION_INFO[section].title} className={styles.title} />
      </header>
      <div className={styles.body}>
        <Page />
      </div>
    </div>
  );
}
