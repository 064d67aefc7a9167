/** Shipped code contains no ARN of a fixed partition: a deployment in China or in GovCloud builds its own. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '..', '..', '..');
const shipped = [
  'serverless.yml',
  'resources/*.yml',
  'statemachines/*.yml',
  'lib/**/*.ts',
  'functions/**/*.ts',
  'scripts/deploy/*.ts',
];

/** An ARN at the beginning of a text. Within a sentence it is an example in documentation. */
const literal = /(?:['"`]|: |\s)arn:aws(?:-[a-z-]+)?:(?!kms:us-east-1:111122223333:key)[^\s]*/;
const isComment = (line: string) => /^\s*(\/?\*|\/\/|#)/.test(line);

it('names the partition by what the deployment or the key is in', () => {
  const found = globSync(shipped, { cwd: root }).flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .filter((line) => literal.test(line) && !isComment(line))
      .map((line) => `${file}: ${line.trim()}`),
  );

  expect(found).toEqual([]);
});
