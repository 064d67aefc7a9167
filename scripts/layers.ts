/**
 * `npm run layers`: verifies the layers of dependency-cruiser.config.ts, types included. Prints each import that
 * violates one.
 */
import { cruise, type ICruiseResult, type IViolation } from 'dependency-cruiser';
import { layers } from '../dependency-cruiser.config.ts';

const folders = ['lib', 'functions', 'local', 'packages', 'bench', 'scripts', 'simulation', 'statemachines'];

/** All modules, their imports and the violated rules. */
export async function cruiseSources(): Promise<ICruiseResult> {
  const { output } = await cruise(folders, {
    ...layers.options,
    ruleSet: { forbidden: layers.forbidden },
    validate: true,
  });
  return output as ICruiseResult;
}

function describe({ from, to, rule, cycle = [] }: IViolation): string {
  const path = cycle.length > 0 ? [from, ...cycle.map(({ name }) => name)] : [from, to];
  return `${rule.name}: ${path.join(' → ')}`;
}

if (import.meta.main) {
  const { summary } = await cruiseSources();
  for (const violation of summary.violations) console.error(describe(violation));
  const broken = new Set(summary.violations.map(({ rule }) => rule.name));
  for (const { name, comment } of layers.forbidden) if (broken.has(name ?? '')) console.error(`\n${name}: ${comment}`);
  console.log(`${summary.totalCruised} modules, ${summary.violations.length} imports that violate a layer`);
  process.exitCode = summary.violations.length > 0 ? 1 : 0;
}
