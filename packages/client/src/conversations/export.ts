/** Everything that this device knows of the account's conversations, for the person to keep: one JSON object a line. */
import type { Core } from '../core.ts';
import { itemView } from './views.ts';

const ALL = Number.MAX_SAFE_INTEGER - 1;

export async function exportLines(core: Core): Promise<string> {
  const { address, accountId } = core.self;
  const lines: object[] = [
    { type: 'sotto export', version: 1, address, accountId, exported: new Date(core.now()).toISOString() },
  ];
  for (const record of core.timeline.all()) {
    const other = core.directory.get(record.id)?.address ?? null;
    const { items } = await core.timeline.items(record.id, ALL);
    for (const item of items) {
      const view = itemView(core, item);
      lines.push({ ...view, time: new Date(view.time).toISOString(), conversation: other });
    }
  }
  return `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`;
}
