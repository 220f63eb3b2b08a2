import type { Problem, ServerInfo } from '@sotto/client/api';
import { useLive } from '../../ui/device.tsx';

/** What is known before sign-in: the server, null while it cannot be reached, and why a session ended. */
export function useSignedOut(): { server: ServerInfo | null; notice: Problem | null } {
  const session = useLive('session', null);
  return session?.state === 'signed-out' ? session : { server: null, notice: null };
}
