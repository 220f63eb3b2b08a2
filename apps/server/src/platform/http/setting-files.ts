/** The files that settings name, read once before anything else. What is wrong with one is said with its setting. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Settings, wrongSetting } from '../../settings.ts';

export interface SettingFiles {
  /** PEM; undefined where the server speaks plain HTTP. */
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | undefined;
  /** The bearer token of the metrics, from its variable or its file. */
  readonly metricsToken: string | undefined;
}

const LEAST_TOKEN = 16;
const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file.',
  EACCES: 'this user may not read it.',
  EISDIR: 'it is a folder, not a file.',
};

/** Throws `settings_invalid`. */
export function readSettingFiles(settings: Settings): SettingFiles {
  return { tls: readTls(settings), metricsToken: readMetricsToken(settings) };
}

function readTls(settings: Settings): SettingFiles['tls'] {
  if (settings.tlsCert === undefined || settings.tlsKey === undefined) return undefined;
  const cert = read(settings, 'tlsCert');
  const key = read(settings, 'tlsKey');
  if (!certificateIn(settings, cert).checkPrivateKey(keyIn(settings, key))) {
    throw wrongSetting(settings, 'tlsKey', `it is not the key of the certificate in ${settings.tlsCert}.`);
  }
  return { cert, key };
}

function certificateIn(settings: Settings, cert: Buffer): X509Certificate {
  try {
    if (!cert.includes('-----BEGIN ')) throw new Error('not PEM');
    return new X509Certificate(cert);
  } catch (cause) {
    throw wrongSetting(settings, 'tlsCert', 'it holds no certificate in PEM.', cause);
  }
}

function keyIn(settings: Settings, key: Buffer): KeyObject {
  try {
    return createPrivateKey(key);
  } catch (cause) {
    throw wrongSetting(settings, 'tlsKey', 'it holds no key in PEM, or one that needs a password.', cause);
  }
}

function readMetricsToken(settings: Settings): string | undefined {
  if (settings.metricsTokenFile === undefined) return settings.metricsToken;
  const token = read(settings, 'metricsTokenFile').toString('utf8').trim();
  if (token.length >= LEAST_TOKEN) return token;
  throw wrongSetting(settings, 'metricsTokenFile', `a token has ${LEAST_TOKEN} characters or more.`);
}

function read(settings: Settings, name: 'tlsCert' | 'tlsKey' | 'metricsTokenFile'): Buffer {
  try {
    return readFileSync(settings[name] ?? '');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw wrongSetting(settings, name, UNREADABLE[code] ?? 'it cannot be read.', error);
  }
}
