/**
 * Takes a picture of every screen, to be looked at: `node e2e/screens.ts FOLDER`. The web app must be built; another
 * build than that in apps/web/dist is named by SOTTO_WEB_DIR.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openStage } from './support/browser.ts';
import { inEachLook } from './support/sizes.ts';
import { walk } from './support/walk.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Say where the pictures go: node e2e/screens.ts FOLDER');
mkdirSync(folder, { recursive: true });
const stage = await openStage();
try {
  await walk(stage, (name, page) =>
    inEachLook(page, async (scheme, width) => {
      await page.screenshot({ path: join(folder, `${name}-${width}-${scheme}.png`), animations: 'disabled' });
    }),
  );
} finally {
  await stage.close();
}
if (stage.complaints.length > 0) throw new Error(stage.complaints.join('\n'));
