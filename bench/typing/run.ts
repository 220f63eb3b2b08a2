/**
 * From the press of Enter on one device to the message on the screen of the other: two browsers, the real app and
 * server, both clocks the machine's.
 */
import { openStage } from '@sotto/e2e/support/browser';
import { open, say, signUp, startConversation } from '@sotto/e2e/support/person';
import { quantile, record } from '../results.ts';

const MESSAGES = 200;
const WARM_UP = 10;

const stage = await openStage();
try {
  const [alice, bob] = [await signUp(stage, 'alice'), await signUp(stage, 'bob')];
  await startConversation(alice.page, bob.address);
  await say(alice.page, 'Hello');
  await open(bob.page, 'alice');
  await bob.page.getByRole('button', { name: 'Accept' }).click();
  await alice.page.evaluate(() => {
    document.addEventListener(
      'keydown',
      ({ key }) => {
        if (key === 'Enter') Object.assign(window, { pressed: performance.timeOrigin + performance.now() });
      },
      true,
    );
  });
  const delays: number[] = [];
  for (let i = 0; i < MESSAGES + WARM_UP; i++) {
    const text = `message ${i} of the measurement`;
    const shown = bob.page.evaluate((wanted) => {
      return new Promise<number>((resolve) => {
        const look = (): void => {
          if (!document.body.textContent?.includes(wanted)) return;
          observer.disconnect();
          requestAnimationFrame(() => resolve(performance.timeOrigin + performance.now()));
        };
        const observer = new MutationObserver(look);
        observer.observe(document.body, { childList: true, subtree: true, characterData: true });
        look();
      });
    }, text);
    await say(alice.page, text);
    const seen = await shown;
    const pressed = await alice.page.evaluate(() => (window as unknown as { pressed: number }).pressed);
    if (i >= WARM_UP) delays.push(seen - pressed);
  }
  record('From typed to shown', 'npm run bench -- typing', [
    ['p50 of 200 messages', `${quantile(delays, 0.5).toFixed(0)} ms`],
    ['p99', `${quantile(delays, 0.99).toFixed(0)} ms`],
  ]);
} finally {
  await stage.close();
}
