/**
 * The built console: hashed names for all but the entry, within the budget, with nothing in it that its content
 * security policy refuses.
 */
import { brotliDecompressSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type BuiltFile, buildConsole, mostBytes, sizeOf } from '#console/build.ts';

let files: BuiltFile[];
beforeAll(async () => {
  files = await buildConsole();
});

const textOf = ({ brotli }: BuiltFile): string => brotliDecompressSync(Buffer.from(brotli, 'base64')).toString();
const withType = (type: string): string =>
  files
    .filter((file) => file.type.startsWith(type))
    .map(textOf)
    .join();

describe('the build', () => {
  test('fits the budget of 45 KiB', () => {
    expect(sizeOf(files)).toBeLessThanOrEqual(mostBytes);
  });

  test('gives every file but the entry a name that changes with its content', async () => {
    expect(files.filter(({ isImmutable }) => !isImmutable).map(({ name }) => name)).toEqual(['index.html']);
    for (const { name } of files.slice(1)) expect(name).toMatch(/^assets\/console-[0-9a-f]{16}\.(js|css)$/);
    expect((await buildConsole()).map(({ name }) => name)).toEqual(files.map(({ name }) => name));
  });

  test('names its own files in the entry, and nothing of another origin', () => {
    const page = withType('text/html');

    for (const { name } of files.slice(1)) expect(page).toContain(`/console/${name}`);
    expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(page).not.toMatch(/<script>|<style|style=| on[a-z]+=/);
  });

  test('writes to no sink that Trusted Types guard, stores nothing, and has no contract in it', () => {
    const script = withType('text/javascript');

    expect(script).not.toMatch(/localStorage|sessionStorage|indexedDB|document\.cookie|eval\(|new Function/);
    expect(script).not.toContain('ZodMini');
    expect(withType('text/css')).not.toMatch(/url\(|@import/);
  });
});
