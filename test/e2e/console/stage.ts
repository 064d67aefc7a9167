/** What every browser test of the console starts with, and how it ends. */
import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { openBrowser, type Watched } from './browser.ts';
import { aConsole, type ConsoleWorld } from './world.ts';

export interface Stage {
  readonly world: ConsoleWorld;
  readonly browser: Browser;
  /** Empty strings without `keyName`. */
  readonly key: { readonly id: string; readonly arn: string };
  /** Set by a test that signs in. After each test, its page must have reported no fault, and it is closed. */
  person: Watched;
}

interface StageInput {
  readonly speed: number;
  /** Registers a key of this name with the database `orders`. */
  readonly keyName?: string;
}

/** Registers the hooks of a test file; the stage is complete before its first test. */
export function aStage({ speed, keyName }: StageInput): Stage {
  const stage = { key: { id: '', arn: '' } } as { -readonly [M in keyof Stage]: Stage[M] };
  beforeAll(async () => {
    [stage.world, stage.browser] = await Promise.all([aConsole({ speed }), openBrowser()]);
    if (keyName !== undefined) stage.key = await stage.world.keyWithDatabases(keyName, ['orders']);
  });
  afterEach(async () => {
    expect(stage.person.faults).toEqual([]);
    await stage.person.context.close();
  });
  afterAll(async () => {
    await stage.browser.close();
    await stage.world.close();
  });
  return stage;
}
