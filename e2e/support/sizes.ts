/** The looks that every screen must have: light and dark, on a phone and on a desk. */
import type { Page } from 'playwright-core';

export const SCHEMES = ['light', 'dark'] as const;
const SIZES = [
  { width: 390, height: 844 },
  { width: 1600, height: 1000 },
] as const;

export type Scheme = (typeof SCHEMES)[number];

/** Shows the page in each of them, and then as it was. */
export async function inEachLook(
  page: Page,
  see: (scheme: Scheme, width: number) => Promise<void>,
): Promise<void> {
  const before = page.viewportSize();
  for (const size of SIZES) {
    await page.setViewportSize(size);
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.evaluate(settled);
      await see(colorScheme, size.width);
    }
  }
  if (before !== null) await page.setViewportSize(before);
}

/** Two frames on, with the fonts there and what moves at its end. */
async function settled(): Promise<void> {
  await document.fonts.ready;
  for (let frame = 0; frame < 2; frame++) await new Promise((done) => requestAnimationFrame(done));
  for (const animation of document.getAnimations()) {
    if (animation.effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY) animation.finish();
  }
}
