/** The sections of the settings, in order. */
import {
  IconDevices,
  IconFileExport,
  IconLock,
  IconPalette,
  IconTicket,
  IconUser,
  IconUserOff,
  type TablerIcon,
} from '@tabler/icons-react';

export const SECTIONS = [
  'account',
  'appearance',
  'devices',
  'security',
  'blocked',
  'invites',
  'data',
] as const;
export type Section = (typeof SECTIONS)[number];

export const SECTION_INFO: Record<Section, { title: string; hint: string; icon: TablerIcon }> = {
  account: { title: 'Account', hint: 'Your address, signing out', icon: IconUser },
  appearance: { title: 'Appearance', hint: 'Light or dark', icon: IconPalette },
  devices: { title: 'Devices', hint: 'Where you are signed in', icon: IconDevices },
  security: { title: 'Password and lock', hint: 'Change it, ask for it', icon: IconLock },
  blocked: { title: 'Blocked people', hint: 'Who cannot write to you', icon: IconUserOff },
  invites: { title: 'Invites', hint: 'How people join this server', icon: IconTicket },
  data: { title: 'Your data', hint: 'Export your conversations', icon: IconFileExport },
};

export function isSection(text: string): text is Section {
  return SECTIONS.some((section) => section === text);
}
