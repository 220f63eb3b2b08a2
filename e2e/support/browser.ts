/**
 * A real browser beside a real server. Each person has a context of their own: a browser profile that shares nothing
 * with the others. What the page reports as an error, or asks of anybody but the server, fails the journey.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestServer, type TestServer } from '@sotto/testkit';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { findChromium } from '../../scripts/ground/chromium.mjs';

export interface Stage {
  /** Where the app is: on `localhost`, where a page has its keys without HTTPS. */
  readonly url: string;
  /** The server's data folder. */
  readonly data: string;
  readonly browser: Browser;
  /** Errors and strange requests of every page so far. */
  readonly complaints: string[];
  /** A new browser profile with one page. */
  newProfile(options?: BrowserContextOptions): Promise<Page>;
  stopServer(): Promise<void>;
  /** At the address that it had, with the data that it had. */
  startServer(): Promise<void>;
  /** Done when the stage is closed, before the server ends. */
  atEnd(task: () => Promise<void>): void;
  close(): Promise<void>;
}

export type StageSettings = NonNullable<Parameters<typeof startTestServer>[0]>;

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
];

/** Another build of the web app than the one in apps/web/dist. */
const { SOTTO_WEB_DIR: WEB_DIR } = process.env;
/** All people of a journey come from one address. */
const NO_LIMITS = { requestsPerMinute: 100_000, accountRequestsPerMinute: 100_000, signInsPerMinute: 1_000 };
/** How long a page may take over one step, in milliseconds: what fails, fails by this. */
const PATIENCE = 60_000;
const VIEWPORT = { width: 1280, height: 860 };

/** @param settings of the server, in place of the defaults */
export async function openStage(settings: StageSettings = {}): Promise<Stage> {
  const data = mkdtempSync(join(tmpdir(), 'sotto-journey-'));
  const built = WEB_DIR === undefined ? {} : { webDir: WEB_DIR };
  const start = (port: number): Promise<TestServer> =>
    startTestServer({ ...NO_LIMITS, ...built, ...settings, data, port });
  let server = await start(0);
  const { port } = server;
  const browser = await chromium.launch({ executablePath: findChromium(), args: ARGUMENTS });
  const url = `http://localhost:${port}`;
  const complaints: string[] = [];
  const tasks: (() => Promise<void>)[] = [];
  return {
    url,
    data,
    browser,
    complaints,
    async newProfile(options = {}) {
      const context = await browser.newContext({ viewport: VIEWPORT, ...options });
      context.setDefaultTimeout(PATIENCE);
      listen(context, url, complaints);
      return context.newPage();
    },
    stopServer: () => server.close(),
    async startServer() {
      server = await start(port);
    },
    atEnd: (task) => void tasks.push(task),
    async close() {
      await browser.close();
      for (const task of tasks) await task();
      await server.close();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** The browser says these where the network is away or the server refuses, which journeys bring about on purpose. */
const EXPECTED = [
  /^Failed to load resource: the server responded with a status of 4\d\d /,
  /^Failed to load resource: net::ERR_(INTERNET_DISCONNECTED|CONNECTION_(REFUSED|RESET|CLOSED)|EMPTY_RESPONSE)/,
  /^WebSocket connection to 'ws:\/\/localhost:\d+\/api\/v1\/socket' failed/,
];

function listen(context: BrowserContext, url: string, complaints: string[]): void {
  context.on('weberror', (error) => complaints.push(`error: ${error.error().message}`));
  context.on('console', (message) => {
    const text = message.text();
    const bad = message.type() === 'error' || message.type() === 'warning';
    if (bad && !EXPECTED.some((pattern) => pattern.test(text))) complaints.push(`${message.type()}: ${text}`);
  });
  context.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== url && protocol !== 'data:' && protocol !== 'blob:')
      complaints.push(`request to ${request.url()}`);
  });
  context.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    dialog.dismiss().catch(() => undefined);
  });
}
