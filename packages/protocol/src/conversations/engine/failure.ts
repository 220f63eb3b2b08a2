/** Typed errors of the engine: what the library throws never gets out as it is. */
import { SottoError } from '@sotto/crypto/public';
import { type MlsErrorCode as LibraryCode, MlsError } from '@sotto/mls';
import { MLS_ERRORS, type MlsErrorCode } from '../mls-engine.ts';

const MESSAGES: Record<MlsErrorCode, string> = {
  message_unreadable: 'This message could not be decrypted.',
  message_replayed: 'This message was read before.',
  message_too_old: 'This message is too old to be decrypted.',
  message_too_far: 'Too many messages are missing before this one.',
  message_of_future: 'This message belongs to a later state of the conversation.',
  message_own: 'This message was sent by this device.',
  commit_invalid: 'A change of the conversation breaks its rules and was not applied.',
  commit_stale: 'A change of the conversation came after another one and was not applied.',
  leaf_refused: 'A device that nobody vouches for was to take part in the conversation.',
  not_a_member: 'This device is not in the conversation.',
  welcome_not_ours: 'An invitation was not made for this device.',
  welcome_invalid: 'An invitation to a conversation is damaged.',
  group_info_invalid: 'The state of the conversation on the server is damaged.',
  key_package_invalid: 'The keys of a device are damaged or unsuitable.',
  group_spent: 'This state of the conversation was used up already.',
  group_state_invalid: 'The kept state of a conversation is damaged.',
  group_state_newer: 'The kept state of a conversation comes from a newer version of Sotto.',
  random_failed: 'This device could not produce random numbers.',
};

/** Errors of the library that mean the same whatever was being done. */
const ALWAYS: Partial<Record<LibraryCode, MlsErrorCode>> = {
  'not-authorized': 'leaf_refused',
  'group-closed': 'not_a_member',
  'own-message': 'message_own',
  'pending-own-commit': 'message_own',
  'generation-consumed': 'message_replayed',
  'generation-too-far': 'message_too_far',
  'epoch-forgotten': 'message_too_old',
  'welcome-not-for-me': 'welcome_not_ours',
  'state-version': 'group_state_newer',
};

export function failure(code: MlsErrorCode, cause?: unknown): SottoError {
  return new SottoError(code, MESSAGES[code], cause === undefined ? undefined : { cause });
}

/** Runs `act`; whatever fails in it that has no code of its own here gets `code`. */
export async function failingAs<T>(code: MlsErrorCode, act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    if (isEngineError(cause)) throw cause;
    throw failure((cause instanceof MlsError ? ALWAYS[cause.code] : undefined) ?? code, cause);
  }
}

function isEngineError(error: unknown): boolean {
  return error instanceof SottoError && MLS_ERRORS.some((code) => code === error.code);
}
