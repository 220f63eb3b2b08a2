/**
 * Certificates that sign themselves, with their keys, made once by OpenSSL 3:
 *
 *     openssl genpkey -algorithm ed25519 -outform DER -out anna.key
 *     openssl req -x509 -new -keyform DER -key anna.key -subj /CN=anna -days 36500 -outform DER -out anna.crt
 *
 * The private key is the last 32 bytes of `anna.key` (RFC 8410, section 7).
 */
import { X509Certificate } from 'node:crypto';
import type { Identity } from '../../src/index.ts';

function certified(privateKey: string, certificate: string): Identity {
  const der = Uint8Array.from(Buffer.from(certificate, 'base64'));
  const { x = '' } = new X509Certificate(der).publicKey.export({ format: 'jwk' });
  return {
    credential: { credentialType: 2, certificates: [der] },
    signatureKeyPair: {
      privateKey: Uint8Array.from(Buffer.from(privateKey, 'hex')),
      publicKey: Uint8Array.from(Buffer.from(x, 'base64url')),
    },
  };
}

export const ANNA: Identity = certified(
  '718f7ab37eec0e8659706a314c9413f934b0d8dd2cebe936a30fcadcc19feb85',
  'MIIBNDCB56ADAgECAhQ/7Ae2tWoAvhbS8+pe6PhKOGciLzAFBgMrZXAwDzENMAsGA1UEAwwEYW5uYTAgFw0yNjExMj' +
    'gwODAwMDJaGA8yMTI2MTEwNDA4MDAwMlowDzENMAsGA1UEAwwEYW5uYTAqMAUGAytlcAMhAKj2bELhkL/CRw4VAMTg' +
    'ShL81uUr21c0ynhQDgHXvzOYo1MwUTAdBgNVHQ4EFgQUUdKVrodtK8rpX0FBMp6ypO3fPsUwHwYDVR0jBBgwFoAUUd' +
    'KVrodtK8rpX0FBMp6ypO3fPsUwDwYDVR0TAQH/BAUwAwEB/zAFBgMrZXADQQCIQbBYwNrj8CU6VGdKYkhruvzdTyQN' +
    'z0OVCBaBvF404MJ+6WLb6wV9WzmBgzM8lUs7ok1k+FKVo1dv5793V7IG',
);

export const ANNA_RENEWED: Identity = certified(
  '5941b0cc5656e4935301ae7318d6f2415a8f441df50e087422de1a1a9fc3261b',
  'MIIBRDCB96ADAgECAhQJkpJSWlAB8HEvrgB44kbDWBTbKjAFBgMrZXAwFzEVMBMGA1UEAwwMYW5uYS1yZW5ld2VkMC' +
    'AXDTI2MTEyODA4MDAwMloYDzIxMjYxMTA0MDgwMDAyWjAXMRUwEwYDVQQDDAxhbm5hLXJlbmV3ZWQwKjAFBgMrZXAD' +
    'IQDGesrJjK3ANtE2W6USIdVWWuOjtC0Bvbmwtkm6KVwn8qNTMFEwHQYDVR0OBBYEFIDvn3+iXwsU+lreQL7SYLG1th' +
    'o/MB8GA1UdIwQYMBaAFIDvn3+iXwsU+lreQL7SYLG1tho/MA8GA1UdEwEB/wQFMAMBAf8wBQYDK2VwA0EArCCfQ4gy' +
    'MvRn2o2BmNrHdL8Em63Y5aCAefmcsb0F60lM7gxlTqA5hvFZriZJYhBCeSa9LY0lsylgQ5wQ3ieyBQ==',
);

export const BEN: Identity = certified(
  '67e64007b0b858e49addd360be9f3a00cff232a748de3a527745595a07ee91b1',
  'MIIBMjCB5aADAgECAhRqO7Rts4MmjShkAEWkS5EQdRAvTTAFBgMrZXAwDjEMMAoGA1UEAwwDYmVuMCAXDTI2MTEyOD' +
    'A4MDAwMloYDzIxMjYxMTA0MDgwMDAyWjAOMQwwCgYDVQQDDANiZW4wKjAFBgMrZXADIQClPnciMZ6KjxaQXxdbLTU+' +
    'p2vAwIYuUnfCqkYZVnxgIKNTMFEwHQYDVR0OBBYEFP3sMT9m+RCv3Vy6mttMzW9mhZIXMB8GA1UdIwQYMBaAFP3sMT' +
    '9m+RCv3Vy6mttMzW9mhZIXMA8GA1UdEwEB/wQFMAMBAf8wBQYDK2VwA0EA6T9GbTitB7F33p5lEH6uX7mpkUPMqEkI' +
    'cDtLtgv1F0BAD2VpCgKOoBqJrPRERNHNk/LA1DWzprvcaeNfQyWIDA==',
);
