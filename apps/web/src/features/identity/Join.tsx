import { Navigate } from '@tanstack/react-router';
import { useState } from 'react';
import { holdInvite, inviteOfFragment } from './invite.ts';

/** Opens an invite link: takes the code out of the address bar and goes on to sign-up. */
export function Join() {
  const [code] = useState(() => inviteOfFragment(location.hash));
  if (code !== '') holdInvite(code);
  return <Navigate to="/sign-up" replace />;
}
