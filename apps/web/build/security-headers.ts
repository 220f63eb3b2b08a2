/**
 * Writes headers.json beside the built files: which response headers belong to which path prefix. The server sends
 * them; the longest prefix wins. A worker has a policy of its own, since one that arrives without runs unrestricted.
 */
import type { Plugin } from 'vite';

const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types sotto-worker',
].join('; ');

const WORKER_POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

const COMMON = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(self), microphone=(), geolocation=(), payment=(), usb=()',
};

const FOREVER = 'public, max-age=31536000, immutable';
const ASK = 'no-cache';

/** Path prefix to headers. Files under /assets/ and /workers/ have their hash in their name and may be kept. */
const HEADERS = {
  '/': { ...COMMON, 'content-security-policy': PAGE_POLICY, 'cache-control': ASK },
  '/assets/': { ...COMMON, 'content-security-policy': PAGE_POLICY, 'cache-control': FOREVER },
  '/workers/': { ...COMMON, 'content-security-policy': WORKER_POLICY, 'cache-control': FOREVER },
  '/sw.js': { ...COMMON, 'content-security-policy': WORKER_POLICY, 'cache-control': ASK },
} as const;

export function securityHeadersPlugin(): Plugin {
  return {
    name: 'sotto-security-headers',
    apply: 'build',
    generateBundle() {
      this.emitFile({
        type: 'asset',
        fileName: 'headers.json',
        source: `${JSON.stringify(HEADERS, null, 2)}\n`,
      });
    },
  };
}
