/** What packaged bundles are made of: deployed code and its dependencies, nothing of the local cloud or the tests. */
import { join } from 'node:path';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { bundleAll } from '../../../scripts/deploy/bundle.ts';
import { deployedEntries } from '../../../scripts/deploy/deployed.ts';

jest.setTimeout(60_000);

const root = join(import.meta.dirname, '..', '..', '..');
const entries = deployedEntries(root);

let originsOf: ReadonlyMap<string, string[]>;
beforeAll(async () => {
  const bundles = await bundleAll(root, entries);
  originsOf = new Map([...bundles].map(([key, { origins }]) => [key, Object.keys(origins)]));
});

/** The bundles that have a file of these folders, each with the files. */
const holding = (folders: RegExp) =>
  [...originsOf].flatMap(([key, files]) => {
    const found = files.filter((file) => folders.test(file));
    return found.length > 0 ? [{ key, found }] : [];
  });

describe('a packaged bundle', () => {
  it('is there for every function', () => {
    expect([...originsOf.keys()]).toEqual(entries.map(({ key }) => key));
    expect([...originsOf.values()].filter((files) => !files.some((file) => file.startsWith('functions/')))).toEqual([]);
  });

  it('has no process fleet, no emulator, and nothing else of packages/', () => {
    expect(holding(/^packages\/|^node_modules\/(aws-local|process-fleet)\//)).toEqual([]);
  });

  it('has nothing of local/, simulation/, bench/, scripts/ or test/', () => {
    expect(holding(/^(local|simulation|bench|scripts|test)\//)).toEqual([]);
  });

  it("has EC2's fleet where it has a fleet", () => {
    expect(holding(/^lib\/wiring\/ec2-fleet\.ts$/).length).toBeGreaterThan(5);
  });

  it('has nothing of the dependencies for development', () => {
    expect(holding(/^node_modules\/(dynalite|jsonata|@noble\/curves|aws-ses-v2-local|yaml|ioredis|redis)\//)).toEqual(
      [],
    );
  });
});
