/**
 * A real browser, and what every test of the console watches in it: reports of the content security policy, errors,
 * requests to other hosts, and secrets in places where none may be.
 */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

function program(): string {
  const found = [process.env.CHROMIUM ?? '', ...places].find((path) => path !== '' && existsSync(path));
  if (found) return found;
  throw new Error(
    'There is no Chromium. Debian: apt-get install chromium. Elsewhere, name its program: CHROMIUM=/path/to/chrome.',
  );
}

/** As root, Chromium has no sandbox of its own. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: program(), args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });

export interface Watched {
  readonly context: BrowserContext;
  readonly page: Page;
  /** All that no test may see: policy reports, uncaught errors, requests to other hosts. */
  readonly faults: string[];
  /** Every line of the browser's console. */
  readonly lines: string[];
  /** The addresses that were requested. */
  readonly requests: string[];
}

/** A browser of a person of its own, with a page that is watched. */
export async function aPerson(browser: Browser, options: BrowserContextOptions = {}): Promise<Watched> {
  const context = await browser.newContext({ timezoneId: 'Europe/Berlin', ...options });
  const watched = { context, faults: [], lines: [], requests: [] };
  return { ...watched, page: await anotherTab(watched) };
}

/** A further tab of the same person. */
export async function anotherTab({ context, faults, lines, requests }: Omit<Watched, 'page'>): Promise<Page> {
  const page = await context.newPage();
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('console', (line) => {
    lines.push(line.text());
    if (/Content Security Policy|TrustedHTML|Trusted Type/i.test(line.text())) faults.push(`policy: ${line.text()}`);
  });
  page.on('request', (request) => requests.push(request.url()));
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => {
      console.error(`Content Security Policy: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  return page;
}

/** Waits for text in an element; its own words are in the failure. */
export const see = (page: Page, text: string | RegExp, timeout = 20_000): Promise<void> =>
  page.getByText(text).first().waitFor({ state: 'visible', timeout });

/** Everything that scripts of the page can read, and what a person sees or pastes. */
export const exposed = (page: Page): Promise<string> =>
  page.evaluate(async () =>
    JSON.stringify([
      document.documentElement.outerHTML,
      location.href,
      document.cookie,
      { ...localStorage },
      { ...sessionStorage },
      history.state,
      await indexedDB.databases(),
      await caches.keys(),
      [...document.querySelectorAll('input')].map((field) => field.value),
    ]),
  );
