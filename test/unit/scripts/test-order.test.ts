/** The order in which Jest runs the test files. */
import { expect, it } from '@jest/globals';
import { inOrder } from '#test/support/test-order.ts';

const aTest = (name: string, path: string) => ({ path, context: { config: { displayName: { name } } } });

it('runs projects with long files first, and keeps the order within a project', () => {
  const tests = [aTest('unit', 'a'), aTest('integration', 'b'), aTest('model', 'c'), aTest('integration', 'a')];

  const order = inOrder(tests).map(({ path, context }) => `${context.config.displayName.name} ${path}`);

  expect(order).toEqual(['model c', 'integration b', 'integration a', 'unit a']);
});
