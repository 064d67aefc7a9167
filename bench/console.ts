/**
 * The web console: the size of its files as they are sent, and the time to the sign-in form in Chromium on a CPU that
 * is throttled four times, with a cold cache, from the local cloud.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { mostBytes, sizeOf, writeConsole } from '#console/build.ts';
import { useLogLines } from '#lib/log.ts';
import { startCloud } from '#local/cloud.ts';
import type { Measurement, Row } from './row.ts';
import { median } from './statistics.ts';

const rounds = 7;
const slowdown = 4;
const targetMs = 1000;
const firstDatabasePort = 29_500;

export const row: Row = {
  key: 'console',
  title: 'Web console',
  measure: async (say) => {
    const files = await writeConsole();
    const kb = sizeOf(files) / 1000;
    const size = { name: 'all files, compressed', value: kb, unit: 'KB', baseline: null, ratio: null };
    say('opening it in Chromium');
    return [{ ...size, target: `≤ ${mostBytes / 1000} KB`, met: kb <= mostBytes / 1000 }, await formTime()];
  },
};

function program(): string {
  const found = [process.env.CHROMIUM ?? '', '/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync);
  if (!found) throw new Error('There is no Chromium. Set CHROMIUM to its program.');
  return found;
}

async function formTime(): Promise<Measurement> {
  const dir = await mkdtemp(join(tmpdir(), 'latchkey-bench-'));
  useLogLines(() => undefined);
  const ports = { api: 0, aws: 0, inbox: 0, databases: firstDatabasePort };
  const cloud = await startCloud({ dir, ports, speed: 1 });
  const browser = await chromium.launch({ executablePath: program(), args: ['--no-sandbox'] });
  try {
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) times.push(await timeToForm(browser, `${cloud.urls.api}/console`));
    const value = median(times);
    const name = `sign-in form, CPU ${slowdown}× slower`;
    const target = `≤ ${targetMs} ms`;
    return { name, value, unit: 'ms', baseline: null, ratio: null, target, met: value <= targetMs };
  } finally {
    await browser.close();
    await cloud.close();
    await rm(dir, { recursive: true, force: true });
  }
}

/** In a browser profile of its own, so that the cache is cold; with the time that the debugger takes to see it. */
async function timeToForm(browser: Browser, url: string): Promise<number> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
  await page.goto(url);
  await page.getByLabel('API token').waitFor();
  const { result } = await session.send('Runtime.evaluate', { expression: 'performance.now()' });
  await context.close();
  return Number(result.value);
}
