/** `sotto serve`: the server. It and its two helpers are all that loads the server, and only when they run. */
import { defineCommand } from '../../command.ts';
import type { Context } from '../../context.ts';
import { aborted, endingSignal } from '../../ending.ts';
import { bold } from '../../terminal.ts';
import { serverSettings, settingOptions } from './settings.ts';

export const serve = defineCommand({
  name: 'serve',
  summary: 'run the server',
  words: [],
  options: settingOptions,
  details: [
    'Every setting is also a variable of the environment: docs/guides/settings.md. The log goes to standard error',
    'as JSON lines; where that is a terminal, only warnings do unless --log-level says more.',
  ],
  async run(context, { values }) {
    const { startServer } = await import('@sotto/server');
    const settings = await serverSettings(context, values);
    const ending = endingSignal(context.terminal);
    const log = { write: (line: string) => context.terminal.log(line) };
    const server = await startServer(settings, { log });
    report(context, { ...settings, ...server });
    await aborted(ending);
    if (!context.json) context.terminal.line('Stopping.');
    await server.close();
  },
});

interface Running {
  readonly url: string;
  readonly port: number;
  readonly domain: string;
  readonly registration: string;
  readonly data: string;
}

function report({ terminal, json }: Context, { url, port, domain, registration, data }: Running): void {
  if (json) {
    terminal.json({ url, port, domain, registration, data });
    return;
  }
  terminal.line('Sotto is at ', bold(url));
  terminal.line('Open it in a browser and sign up: the first account becomes the owner of this server.');
  terminal.line(`Addresses end in @${domain}. The data is in ${data}. Ctrl-C stops the server.`);
}
