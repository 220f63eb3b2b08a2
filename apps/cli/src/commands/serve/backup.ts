/** `sotto backup`: the server's data in one file, also while the server runs. */
import { defineCommand } from '../../command.ts';
import { dataFolder } from './settings.ts';

export const backup = defineCommand({
  name: 'backup',
  summary: "write the server's data to a file, also while it runs",
  words: ['FILE'],
  options: {
    secrets: { type: 'boolean', help: 'put in what signing in by password needs' },
    data: { type: 'string', value: 'DIR', help: "folder of the server's data (./data)" },
  },
  details: [
    'Nothing in the file opens what people sealed. With --secrets, whoever has the file can guess passwords',
    'without limit: keep it safe. Without, people sign in on a restored server by recovery code only.',
  ],
  async run({ terminal, json, env }, { values, words: [file = ''] }) {
    const server = await import('@sotto/server');
    const secrets = values.secrets === true;
    await server.backup(await dataFolder(env, values.data), file, { secrets });
    if (json) terminal.json({ file, secrets });
    else terminal.line(`Wrote ${file}, ${secrets ? 'with' : 'without'} the secrets.`);
  },
});
