import { Navigate } from '@tanstack/react-router';
import { useMedia } from '../../../ui/use-media.ts';

/** Where there is room, the first section stands beside the list at once. */
export function SettingsStart() {
  const room = useMedia('(min-width: 701px)');
  return room ? <Navigate to="/settings/$section" params={{ section: 'account' }} replace /> : null;
}
