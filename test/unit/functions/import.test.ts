/** Importing a function reads no setting and starts no work. */
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const root = resolve(import.meta.dirname, '../../../functions');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
const before = { ...process.env };

/** Without a deployment's settings. */
beforeAll(() => {
  for (const name of Object.keys(process.env))
    if (/^(AWS_|TABLE_|EVENT_|PLATFORM_|FLEET_)/.test(name)) delete process.env[name];
});
afterAll(() => {
  Object.assign(process.env, before);
});

describe('a function', () => {
  it.each(files)('%s is a handler and nothing else, and reads no setting when it is loaded', async (file) => {
    const module: Record<string, unknown> = await import(pathToFileURL(join(root, file)).href);
    expect(Object.keys(module)).toEqual(['handler']);
    expect(typeof module.handler).toBe('function');
  });
});
