/** `sotto restore`: the server's data from a backup, into an empty folder. */
import { word } from '../../called.ts';
import { defineCommand } from '../../command.ts';
import { dataFolder } from './settings.ts';

export const restore = defineCommand({
  name: 'restore',
  summary: "make the server's data from a backup",
  words: ['FILE'],
  options: { data: { type: 'string', value: 'DIR', help: 'an empty or new folder (./data)' } },
  async run({ terminal, json, env, command }, { values, words: [file = ''] }) {
    const server = await import('@sotto/server');
    const data = await dataFolder(env, values.data);
    const { secrets } = server.restore(file, data);
    const domain = (await server.domainOfData(data)) ?? null;
    if (json) {
      terminal.json({ data, secrets, domain });
      return;
    }
    const naming = domain === null || domain === 'localhost' ? '' : ` --domain ${domain}`;
    terminal.line(`Restored to ${data}. To serve it: ${command} serve --data ${word(data)}${naming}`);
    if (!secrets)
      terminal.note('The secrets were not in it: people sign in by recovery code, and set a new password.');
  },
});
