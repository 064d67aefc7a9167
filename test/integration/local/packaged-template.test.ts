/** Packaging of the template that the local cloud runs. */
import { expect, it, jest } from '@jest/globals';
import { mostResources } from '../../../scripts/deploy/limits.ts';
import { localTemplate, packaged } from '../../../scripts/deploy/local-template.ts';

jest.setTimeout(60_000);

const resourcesOf = (text: string): string =>
  JSON.stringify(JSON.parse(text).Resources, (name, value) => (name === 'Code' ? undefined : value));

it('is the same in processes that package at the same time', async () => {
  const [one, other] = await Promise.all([packaged('local'), packaged('local')]);

  expect(resourcesOf(one)).toBe(resourcesOf(other));
  expect(resourcesOf(one)).toBe(resourcesOf(await localTemplate()));
});

it('ends with what osls found wrong', async () => {
  await expect(packaged('No stage')).rejects.toThrow(/could not be packaged:(.|\n)*stage/i);
});

it('counts every resource of the packaged template against the limit, also those of serverless.yml', async () => {
  const counted = Object.keys(JSON.parse(await localTemplate()).Resources).length;
  const added = Array.from({ length: mostResources }, (_, index) => [`Added${index}`, { Type: 'AWS::SQS::Queue' }]);
  const withMore = (text: string) =>
    text.replace(/^resources:\n/m, `$&  - Resources: ${JSON.stringify(Object.fromEntries(added))}\n`);

  await expect(packaged('local', withMore)).rejects.toThrow(
    `The template has ${counted + mostResources} resources, of ${mostResources} at most`,
  );
});
