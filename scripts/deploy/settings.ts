/** A stage's settings in the format of osls. */
import { placementSettings } from '#lib/model/placement.ts';

/** The names of all `${param:name, default}` in a text. */
export const parametersIn = (text: string): string[] =>
  [...new Set([...text.matchAll(/\$\{param:(\w+)/g)].map(([, name = '']) => name))].sort();

/** The exit code of `place.ts` if the deployment has no table yet. */
export const noTableYet = 3;

const placed = Object.keys(placementSettings);

/**
 * Throws unless the stage sets `requireOwnershipProof`: without the proof, the first team to register an open key holds
 * it.
 */
export function assertOwnershipDecided(settings: unknown, stage: string): void {
  const { requireOwnershipProof } = (settings ?? {}) as { requireOwnershipProof?: unknown };
  if (typeof requireOwnershipProof === 'boolean') return;
  throw new Error(
    `stages/${stage}.yml must say requireOwnershipProof: true or false. With true, a key is registered only if its ` +
      'policy binds it to the team that registers it. With false, a key whose policy admits any team goes to the ' +
      'first team that registers it: customers who use such a ' +
      'policy, as one without conditions, must trust all teams of the platform. See docs/deploy.md.',
  );
}

/** Rejects `process`, which would run programs that a tenant chooses. */
function assertRunsNothing(name: string, text: string): void {
  if (name === 'restartDriver' && text === 'process')
    throw new Error(
      'restartDriver: process runs programs that a tenant names, as this user. It is for one machine of your own: ' +
        'make start has it.',
    );
}

/**
 * As `--param name=value`; `region` is a separate option, and placements are rows. Throws for a name that is not
 * `known`.
 */
export function parameterOptions(settings: unknown, known: readonly string[]): string[] {
  if (settings === null || settings === undefined) return [];
  if (typeof settings !== 'object' || Array.isArray(settings))
    throw new Error("A stage's settings are names and values.");
  return Object.entries(settings).flatMap(([name, value]) => {
    const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
    if (placed.includes(name)) return [];
    if (name === 'region') return ['--region', text];
    assertRunsNothing(name, text);
    if (!known.includes(name))
      throw new Error(`There is no setting ${name}. There are: region, ${[...placed, ...known].join(', ')}.`);
    return ['--param', `${name}=${text}`];
  });
}

/** Throws for a placement that is passed as a parameter, which would have no effect. `params` are `name=value`. */
export function assertNoPlacements(params: readonly string[]): void {
  const [given] = params.flatMap((param) => placed.filter((name) => param.startsWith(`${name}=`)));
  if (given)
    throw new Error(
      `${given} is no parameter any more. Keep it in stages/<stage>.yml, and run: make placements STAGE=<stage>`,
    );
}

type Environment = Readonly<Record<string, unknown>>;

/** Throws unless webhooks of the deployment go to public addresses only. */
export function assertPublicWebhooks(environments: readonly (Environment | undefined)[]): void {
  if (environments.some((each) => (each?.WEBHOOK_LOOPBACK ?? 'refuse') !== 'refuse'))
    throw new Error(
      'WEBHOOK_LOOPBACK: allow lets a tenant send requests to the machine that runs the functions. It is for the ' +
        'local cloud: remove it from serverless.yml.',
    );
}
