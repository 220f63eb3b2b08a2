/** SQLite's result codes (sqlite.org/rescode.html) as errors of the store's port. */
import { SottoError } from '@sotto/crypto/public';
import { profileInUse, storeDamaged, storeFailed, storeFull } from '../store/store-errors.ts';

const BUSY = 5;
const FULL = 13;
const CORRUPT = 11;
const NOT_A_DATABASE = 26;
/** The low byte is the primary code, the rest its variant. */
const PRIMARY = 0xff;

export function storeErrorOf(error: unknown): SottoError {
  if (error instanceof SottoError) return error;
  switch (primaryCode(error)) {
    case BUSY:
      return profileInUse(error);
    case FULL:
      return storeFull(error);
    case CORRUPT:
    case NOT_A_DATABASE:
      return storeDamaged(error);
    default:
      return isNoSpace(error) ? storeFull(error) : storeFailed(error);
  }
}

function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode & PRIMARY : undefined;
}

/** From the file system itself, before SQLite is there. */
function isNoSpace(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}
