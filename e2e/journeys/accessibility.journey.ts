import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../support/browser.ts';
import { inEachLook } from '../support/sizes.ts';
import { walk } from '../support/walk.ts';

const RULES = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] } as const;
/** What dark can make worse; the rest is the same page. */
const OF_COLOURS = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } as const;

describe('every screen, in light and dark, on a phone and on a desk', () => {
  let stage: Stage;
  const looked = new Set<string>();
  const barriers: string[] = [];
  const tooWide: string[] = [];

  beforeAll(async () => {
    stage = await openStage();
    await walk(stage, async (name, page) => {
      looked.add(name);
      await inEachLook(page, async (scheme, width) => {
        const rules = scheme === 'light' ? RULES : OF_COLOURS;
        for (const barrier of await barriersOf(page, rules))
          barriers.push(`${name} ${scheme} ${width}: ${barrier}`);
        if (scheme === 'dark') return;
        for (const part of await wideParts(page)) tooWide.push(`${name} ${width}: ${part}`);
      });
    });
  });
  afterAll(async () => {
    await stage?.close();
  });

  it('is accessible by the rules of WCAG 2.2 AA that a machine can check', () => {
    expect(looked.size).toBeGreaterThan(35);
    expect(barriers).toEqual([]);
  });

  it('never scrolls sideways', () => {
    expect(tooWide).toEqual([]);
  });

  it('control: a page with a barrier has it found', async () => {
    const page = await stage.newProfile();
    await page.goto(`${stage.url}/sign-in`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await barriersOf(page, RULES)).toEqual([]);
    await page.getByRole('main').evaluate((main) => {
      const text = document.createElement('p');
      text.textContent = 'Hardly to be read';
      text.style.color = '#ccc';
      const wide = document.createElement('div');
      wide.style.cssText = 'width: 3000px; height: 1px';
      main.append(text, document.createElement('input'), wide);
    });
    const found = (await barriersOf(page, RULES)).map((barrier) => barrier.split(' ')[0]);
    expect(found.toSorted()).toEqual(['color-contrast', 'label']);
    expect((await wideParts(page)).length).toBeGreaterThan(0);
  });

  it('causes no error, no violation of the policy and no request to anybody else', () => {
    expect(stage.complaints).toEqual([]);
  });
});

type RunOnly = typeof RULES | typeof OF_COLOURS;

/** What axe finds, one line each. */
async function barriersOf(page: Page, runOnly: RunOnly): Promise<readonly string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  return page.evaluate(async (only) => {
    const { violations } = await window.axe.run(document, {
      runOnly: { type: only.type, values: [...only.values] },
      resultTypes: ['violations'],
      preload: false,
    });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(
        ({ html, failureSummary }) => `${id} ${html.slice(0, 160)} ${failureSummary?.split('\n')[1]}`,
      ),
    );
  }, runOnly);
}

/** What is wider than the window, or has to be scrolled sideways; code may be. */
function wideParts(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const wide = (element: Element) => element.scrollWidth > element.clientWidth + 1;
    const scrolls = (element: Element) =>
      element.tagName !== 'PRE' && /auto|scroll/.test(getComputedStyle(element).overflowX);
    const parts = [...document.querySelectorAll('body *')].filter((part) => scrolls(part) && wide(part));
    const root = document.documentElement;
    return [...(wide(root) ? [root] : []), ...parts].map((part) => part.outerHTML.slice(0, 160));
  });
}

declare global {
  interface Window {
    readonly axe: typeof axe;
  }
}
