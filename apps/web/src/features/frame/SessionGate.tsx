import { Navigate, Outlet, useMatchRoute, useRouterState } from '@tanstack/react-router';
import { useLive } from '../../ui/device.tsx';
import { Locked } from '../identity/Locked.tsx';
import { Stopped } from '../identity/Stopped.tsx';
import { Starting } from './Starting.tsx';

/** Shows what the session allows: the way in, the workspace, or why neither is possible. */
export function SessionGate() {
  const session = useLive('session', null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const atRoot = useMatchRoute()({ to: '/' }) !== false;
  if (session === undefined || session.state === 'starting') return <Starting />;
  if (session.state === 'locked') return <Locked address={session.address} />;
  if (session.state === 'stopped') return <Stopped problem={session.problem} />;
  const inside = path.startsWith('/chats') || path.startsWith('/settings');
  if (session.state === 'signed-in' && !inside) return <Navigate to="/chats" replace />;
  if (session.state === 'signed-out' && (inside || atRoot)) return <Navigate to="/welcome" replace />;
  return <Outlet />;
}
