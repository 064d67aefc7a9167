/** Outages, hostile text, a lot of data, and a slow machine. */
import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { aPerson, see } from './browser.ts';
import { multiply } from './multiply.ts';
import { aStage } from './stage.ts';

const hostile = `<script>document.title='owned'</script>\u202e\u2066evil${'x'.repeat(8000)}`;
const stage = aStage({ speed: 600, keyName: hostile });

async function signIn(): Promise<Page> {
  stage.person = await aPerson(stage.browser);
  await stage.person.page.goto(await stage.world.link());
  await see(stage.person.page, '1 key ·');
  return stage.person.page;
}

describe('while the API cannot be reached', () => {
  it('old data is never shown as live, and the page recovers by itself', async () => {
    const page = await signIn();
    await page.goto(`${stage.world.url}/keys/${stage.key.id}`);
    await see(page, 'Disable it to stop them.');
    await stage.person.context.setOffline(true);
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await see(page, /As of \d\d:\d\d:\d\d, reconnecting …/);

    await stage.person.context.setOffline(false);
    await page.getByText(/reconnecting/).waitFor({ state: 'detached', timeout: 30_000 });
  });

  it('a page that is opened says so, and signs in once it is back', async () => {
    const page = await signIn();
    await page.route('**/v1/keys?*', (route) => route.abort());
    await page.reload();
    await see(page, 'Cannot reach the API, connecting …');
    await page.unroute('**/v1/keys?*');
    await see(page, '1 key ·', 30_000);
  });

  it('a rate limit is obeyed, and then the page continues', async () => {
    const page = await signIn();
    const times: number[] = [];
    await page.route('**/v1/databases?*', async (route) => {
      times.push(Date.now());
      if (times.length > 1) return route.continue();
      const headers = { 'retry-after': '3' };
      return route.fulfill({ status: 429, headers, json: { type: 'x/rate_limited', title: 'Too many requests' } });
    });
    await page.getByRole('link', { name: 'Databases', exact: true }).click();
    await see(page, 'Too many requests');
    await see(page, 'orders', 30_000);

    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(3000);
  });
});

it('what is gone while it is shown is no longer shown', async () => {
  const page = await signIn();
  await page.goto(`${stage.world.url}/keys/${stage.key.id}`);
  await see(page, 'Disable it to stop them.');
  const detail = 'There is no key key_gone.';
  await page.route(`**/v1/keys/${stage.key.id}`, (route) =>
    route.fulfill({ status: 404, json: { type: 'x/not_found', title: 'Not found', detail } }),
  );
  await see(page, 'There is no such resource in your team');

  expect(await page.getByText('Disable it to stop them.').count()).toBe(0);
});

describe('hostile text', () => {
  it('is shown as text, cut, and changes nothing around it', async () => {
    const page = await signIn();
    await page
      .getByRole('link', { name: /<script>/ })
      .first()
      .click();
    await see(page, 'Disable it to stop them.');

    expect(await page.title()).not.toBe('owned');
    const heading = (await page.locator('h1').textContent()) ?? '';
    expect(heading).toContain("<script>document.title='owned'</script>");
    expect(heading).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
    expect(heading.length).toBeLessThanOrEqual(80);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1280);
  });

  it('in a name of a database, from an API that let it in, is no element', async () => {
    const page = await signIn();
    await page.route('**/v1/databases?*', async (route) => {
      const response = await route.fetch();
      const { items, ...rest } = (await response.json()) as { items: object[] };
      const evil = `<img src=x onerror="document.title='owned'">\u202e\u2067${'\u05d0'.repeat(10_240)}`;
      await route.fulfill({
        response,
        json: { ...rest, items: items.map((item) => ({ ...item, name: evil, app: evil })) },
      });
    });
    await page.getByRole('link', { name: 'Databases', exact: true }).click();
    await see(page, '<img src=x');

    expect(await page.locator('main img').count()).toBe(0);
    expect(await page.title()).not.toBe('owned');
    const shown = (await page.locator('main').textContent()) ?? '';
    expect(shown).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
    expect(shown.length).toBeLessThan(2000);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1280);
  });
});

/** The longest task of the page's main thread from now on, in milliseconds. */
const watchTasks = (page: Page): Promise<void> =>
  page.evaluate(() => {
    Object.assign(globalThis, { longest: 0 });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries())
        Object.assign(globalThis, { longest: Math.max((globalThis as { longest?: number }).longest ?? 0, duration) });
    }).observe({ type: 'longtask', buffered: false });
  });
const longestTask = (page: Page): Promise<number> =>
  page.evaluate(() => (globalThis as { longest?: number }).longest ?? 0);

describe('a lot of data', () => {
  it('500 keys stay smooth: no task takes 100 ms', async () => {
    const page = await signIn();
    await multiply(page, {
      pattern: '**/v1/keys?*',
      total: 500,
      make: (first, index) => ({ ...first, id: `key_${index}`, description: `key ${index}` }),
    });
    await page.reload();
    await see(page, '500 keys');
    await watchTasks(page);
    await page.getByLabel('Find a key').pressSequentially('key 49');
    await see(page, 'key 499');
    await page.getByLabel('Find a key').fill('');
    await page.getByRole('button', { name: /Show 100 more/ }).click();
    await page.mouse.wheel(0, 20_000);
    await page.waitForTimeout(500);

    expect(await longestTask(page)).toBeLessThan(100);
  });

  it('a chain of 10,000 entries is verified without a task of 100 ms', async () => {
    const page = await signIn();
    const chain = await page.evaluate(async () => {
      const canonical = (value: unknown): string => {
        if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
        if (value === null || typeof value !== 'object') return JSON.stringify(value);
        const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
        return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
      };
      const entries: object[] = [];
      let previousHash = '0'.repeat(64);
      for (let seq = 1; seq <= 10_000; seq++) {
        const entry = {
          ...{ id: `entry_${seq}`, teamId: 'team_a', seq, at: '2026-11-29T13:00:00.000Z', type: 'KeyRegistered' },
          ...{ actor: { kind: 'token', id: 'tok_a' }, subject: {}, data: { arn: 'arn' }, previousHash },
        };
        const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(canonical(entry)));
        previousHash = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
        entries.unshift({ ...entry, hash: previousHash });
      }
      return entries;
    });
    await page.route('**/v1/timeline?*', async (route) => {
      const from = Number(new URL(route.request().url()).searchParams.get('cursor') ?? 0);
      const cursor = from + 100 < chain.length ? String(from + 100) : null;
      await route.fulfill({ json: { items: chain.slice(from, from + 100), cursor } });
    });
    await page.route('**/v1/timeline/verification*', (route) => route.fulfill({ json: { intact: true } }));
    await page.goto(`${stage.world.url}/keys/${stage.key.id}`);
    await see(page, 'Disable it to stop them.');
    await watchTasks(page);
    await page.getByRole('button', { name: 'Verify the chain' }).click();
    await see(page, '✓ 10,000 entries verified in this browser', 120_000);

    expect(await longestTask(page)).toBeLessThan(100);
  });
});

/** Milliseconds of the fastest of some rounds: other processes of the machine are not what is measured. */
async function fastest(page: Page, measured: () => Promise<number>): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
    await page.goto('about:blank');
    await page.goto(stage.world.url);
    times.push(await measured());
  }
  return Math.min(...times);
}

describe('with a cold cache', () => {
  it('the first content is there within a second on a machine that is four times as slow', async () => {
    const page = await signIn();
    const session = await page.context().newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
    const firstContent = async () => {
      await see(page, '1 key ·');
      return page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN);
    };

    expect(await fastest(page, firstContent)).toBeLessThan(1000);
  });

  it('the keys are there within a second', async () => {
    const page = await signIn();
    const keys = async () => {
      await see(page, '1 key ·');
      return page.evaluate(() => performance.now());
    };

    expect(await fastest(page, keys)).toBeLessThan(1000);
  });
});

it('a hidden page sends no requests', async () => {
  const page = await signIn();
  const requests: string[] = [];
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  page.on('request', (request) => requests.push(request.url()));
  await page.waitForTimeout(4000);

  expect(requests).toEqual([]);
});
