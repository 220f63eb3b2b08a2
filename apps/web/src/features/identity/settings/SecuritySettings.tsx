import { AppLock } from './AppLock.tsx';
import { ChangePassword } from './ChangePassword.tsx';

export function SecuritySettings() {
  return (
    <>
      <ChangePassword />
      <AppLock />
    </>
  );
}
