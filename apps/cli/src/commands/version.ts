/** `sotto version`. */
import manifest from '../../package.json' with { type: 'json' };
import { defineCommand } from '../command.ts';

export const version = defineCommand({
  name: 'version',
  summary: 'say which version this is',
  words: [],
  options: {},
  async run({ terminal, json }) {
    if (json) terminal.json({ version: manifest.version });
    else terminal.line(manifest.version);
  },
});
