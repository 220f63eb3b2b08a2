/** `sotto serve`: the server. It and its two helpers are all that loads the server, and only when they run. */
import { problemOf } from '@sotto/client/rpc';
import type { RunningServer, Settings } from '@sotto/server';
import { NPM_START } from '../../called.ts';
import { defineCommand } from '../../command.ts';
import type { Context } from '../../context.ts';
import { aborted, endingSignal } from '../../ending.ts';
import { Failure } from '../../problems.ts';
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
    const server = await startServer(settings, { log }).catch((error: unknown) => {
      throw withAdvice(context, settings, error);
    });
    report(context, settings, server);
    await aborted(ending);
    if (!context.json) context.terminal.line('Stopping.');
    await server.close();
  },
});

/** Where the port is not to be had: how to start on another one, as this server was started. */
function withAdvice({ command }: Context, { port, typed }: Settings, error: unknown): unknown {
  const { code, message } = problemOf(error);
  if (code !== 'port_unavailable') return error;
  const other = port < 1024 ? port + 8_000 : (port + 1) % 65_536;
  const start = command === NPM_START ? `PORT=${other} ${NPM_START}` : `${command} serve --port ${other}`;
  const choice = typed.port === '--port' ? `--port ${other}` : start;
  return new Failure(code, `${message} Choose another: ${choice}`);
}

function report({ terminal, json }: Context, settings: Settings, server: RunningServer): void {
  const { domain, registration, data } = settings;
  const { url, publicUrl, port, first } = server;
  if (json) {
    terminal.json({ url, port, domain, registration, data, first });
    return;
  }
  terminal.line('Sotto is at ', bold(publicUrl));
  for (const line of whatToDo(settings, server)) terminal.line(line);
  terminal.line(`Addresses end in @${domain}. The data is in ${data}. Ctrl-C stops the server.`);
}

const WHO_ELSE = {
  open: 'Whoever can reach it may sign up.',
  invite: 'New people need an invite, which its owner makes.',
  closed: 'It takes no new accounts.',
} as const;

function whatToDo({ domain, registration, webDir }: Settings, server: RunningServer): readonly string[] {
  const owner = 'the first account becomes the owner of this server.';
  const open = server.first
    ? `Open it in a browser and sign up: ${owner}`
    : `Open it in a browser and sign in. ${WHO_ELSE[registration]}`;
  const bare = `The command line works with it, and no browser: there is no web app in ${webDir}. npm start builds it.`;
  const named = domain !== 'localhost' && server.publicUrl === server.url && server.url.startsWith('http:');
  return [
    server.webApp ? open : bare,
    ...(!server.webApp && server.first ? [`Sign up first: ${owner}`] : []),
    ...(named ? ['Other machines need HTTPS: --tls-cert and --tls-key, or a proxy and --trust-proxy.'] : []),
  ];
}
