/** The ways in which the local store fails, each with its sentence (docs/spec/errors.md). */
import { SottoError } from '@sotto/crypto/public';

export function storeFull(cause?: unknown): SottoError {
  return new SottoError(
    'store_full',
    'There is no space left on this device. Nothing was lost; free some space and try again.',
    { cause },
  );
}

export function storeFailed(cause?: unknown): SottoError {
  return new SottoError(
    'store_failed',
    'The data on this device could not be read or written. Try again; if it goes on, check the disk.',
    { cause },
  );
}

/** Names no record and no content: only that something kept here is not what was written. */
export function storeDamaged(cause?: unknown): SottoError {
  return new SottoError(
    'store_damaged',
    'Data kept on this device was changed or damaged and cannot be used. Sign in on it again.',
    { cause },
  );
}

export function storeNewer(cause?: unknown): SottoError {
  return new SottoError(
    'store_newer',
    'The data on this device was written by a newer Sotto. Update Sotto; nothing was changed.',
    { cause },
  );
}

export function storeEvicted(): SottoError {
  return new SottoError(
    'store_evicted',
    'The browser has removed what Sotto kept on this device. Sign in again to go on.',
  );
}

export function profileInUse(cause?: unknown): SottoError {
  return new SottoError('profile_in_use', 'Another program is using this profile. Close it and try again.', {
    cause,
  });
}

export function wrongPassword(cause?: unknown): SottoError {
  return new SottoError(
    'wrong_password',
    'This is not the password. If you changed it on another device, the one from before still opens this one.',
    { cause },
  );
}
