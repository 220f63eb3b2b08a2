/**
 * Whether the server can listen where its settings say, and the reason where it cannot. Asked before the data folder is
 * touched, so that a start which cannot succeed leaves nothing behind.
 */
import { createServer } from 'node:net';
import { SottoError } from '@sotto/crypto/public';
import { type Settings, wrongSetting } from '../../settings.ts';

type Place = Pick<Settings, 'port' | 'host'>;

/** Throws as {@link listeningError} says. */
export async function requireListening(settings: Settings): Promise<void> {
  try {
    await tryOut(settings);
  } catch (error) {
    throw listeningError(settings, error);
  }
}

/**
 * `port_unavailable` where another program has the port or this user may not take it, `settings_invalid` where the host
 * is not of this machine; any other error as it is.
 */
export function listeningError(settings: Settings, error: unknown): unknown {
  const { port, host } = settings;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return new SottoError('port_unavailable', `Port ${port} is in use by another program.`, {
        cause: error,
      });
    case 'EACCES':
      return new SottoError('port_unavailable', `This user may not serve on port ${port}.`, { cause: error });
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'EINVAL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN': {
      const instead = host === '::' ? '0.0.0.0' : '::';
      return wrongSetting(
        settings,
        'host',
        `this machine has no such address. For all that it has: ${instead}.`,
        error,
      );
    }
    default:
      return error;
  }
}

function tryOut({ port, host }: Place): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen({ port, host }, () => server.close(() => resolve()));
  });
}
