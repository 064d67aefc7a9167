/** Lists that are longer than the world of a test: the API's answer, with many items that are made of its first. */
import type { Page } from 'playwright-core';

interface Multiplied {
  readonly pattern: string;
  readonly total: number;
  readonly make: (first: object, index: number) => object;
}

/** Answers a list in pages of 100. */
export async function multiply(page: Page, { pattern, total, make }: Multiplied): Promise<void> {
  await page.route(pattern, async (route) => {
    const url = new URL(route.request().url());
    const from = Number(url.searchParams.get('cursor') ?? 0);
    url.searchParams.delete('cursor');
    const response = await route.fetch({ url: String(url) });
    const { items } = (await response.json()) as { items: object[] };
    const size = Math.min(100, total - from);
    const page = Array.from({ length: size }, (_, index) => make(items[0] ?? {}, from + index));
    await route.fulfill({ response, json: { items: page, cursor: from + size < total ? String(from + size) : null } });
  });
}
