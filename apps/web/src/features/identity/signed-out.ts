import type { Problem, ServerInfo } from '@sotto/client/api';
import { useLive } from '../../ui/device.tsx';

/**
 * What is known before sign-in: the server, null while it cannot be reached, and why a session ended. That there is no
 * connection is not a notice: pages say it where the server stands.
 */
export function useSignedOut(): { server: ServerInfo | null; notice: Problem | null } {
  const session = useLive('session', null);
  if (session?.state !== 'signed-out') return { server: null, notice: null };
  const { server, notice } = session;
  return { server, notice: notice?.code === 'offline' ? null : notice };
}
