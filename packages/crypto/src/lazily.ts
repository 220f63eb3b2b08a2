import { SottoError } from './errors.ts';

/**
 * A part of the program that is loaded when it is first needed, and once. Throws `part_missing` where it cannot be had:
 * without a connection, or when the server has another version of the app by now; the next call tries again.
 */
export function lazily<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  const attempt = async (): Promise<T> => {
    try {
      return await load();
    } catch (cause) {
      loaded = undefined;
      throw new SottoError(
        'part_missing',
        'A part of Sotto could not be loaded. Check the connection and try again; if it goes on, reload Sotto.',
        { cause },
      );
    }
  };
  return () => {
    loaded ??= attempt();
    return loaded;
  };
}
