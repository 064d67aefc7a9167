/** What axe finds on a page, and whether the page fits its window. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** Of a phone, a tablet and a desktop. */
export const widths = [360, 800, 1440];
export const schemes = ['light', 'dark'] as const;

/** Run by the debugger, which the page's policy does not bind: the policy itself stays as it is. */
export async function violations(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: axe.source });
  const run = `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
    .then(({ violations, passes }) => JSON.stringify(passes.length < 10 ? ['axe did not run'] : violations.flatMap(
      ({ id, nodes }) => nodes.map((node) => id + ' ' + node.target.join(' ') + ': ' + node.failureSummary))))`;
  const { result } = await session.send('Runtime.evaluate', { expression: run, awaitPromise: true });
  return JSON.parse(String(result.value)) as string[];
}

/** By how many pixels the page is wider than its window. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
