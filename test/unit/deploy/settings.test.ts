/** A stage's settings, as they are passed to osls. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { placementsIn } from '#lib/model/placement.ts';
import {
  assertNoPlacements,
  assertOwnershipDecided,
  assertPublicWebhooks,
  parameterOptions,
  parametersIn,
} from '../../../scripts/deploy/settings.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const files = ['serverless.yml', ...readdirSync(join(root, 'resources')).map((name) => join('resources', name))];
const known = parametersIn(files.map((file) => readFileSync(join(root, file), 'utf8')).join('\n'));

describe("a stage's settings", () => {
  it('become options, lists and maps as JSON', () => {
    const settings = { region: 'eu-central-1', mailFrom: 'a@example.com', customerAccounts: ['111122223333'] };

    expect(parameterOptions(settings, known)).toEqual([
      ...['--region', 'eu-central-1', '--param', 'mailFrom=a@example.com'],
      ...['--param', 'customerAccounts=["111122223333"]'],
    ]);
    expect(parameterOptions(null, known)).toEqual([]);
  });

  it('leave placements out, which are rows and no parameters', () => {
    expect(parameterOptions({ ec2Networks: {}, ec2InstanceTypes: {}, ecsTargets: {} }, known)).toEqual([]);
    expect(() => assertNoPlacements(['mailFrom=a@example.com', 'ecsTargets={}'])).toThrow(
      /ecsTargets is no parameter.*make placements/,
    );
    expect(() => assertNoPlacements(['mailFrom=ecsTargets'])).not.toThrow();
    for (const name of ['ec2Networks', 'ec2InstanceTypes', 'ecsTargets']) expect(known).not.toContain(name);
  });

  it('are refused where serverless.yml has no such setting, naming those that it has', () => {
    expect(() => parameterOptions({ mailfrom: 'a@example.com' }, known)).toThrow(/no setting mailfrom.*mailFrom/);
    expect(() => parameterOptions(['mailFrom'], known)).toThrow('names and values');
  });

  it('are in the example by names that there are', () => {
    const example: unknown = parse(readFileSync(join(root, 'stages/example.yml'), 'utf8'));
    expect(parameterOptions(example, known)).toContain('--param');
    expect(placementsIn(example).network).toHaveProperty('default');
  });

  it('never have a deployment run programs that a tenant names', () => {
    expect(() => parameterOptions({ restartDriver: 'process' }, known)).toThrow('runs programs');
    expect(parameterOptions({ restartDriver: 'ecs' }, known)).toEqual(['--param', 'restartDriver=ecs']);
  });

  it('never have webhooks reach the machine that runs the functions', () => {
    const refused = () =>
      assertPublicWebhooks([{ WEBHOOK_LOOPBACK: 'refuse' }, undefined, { WEBHOOK_LOOPBACK: 'allow' }]);
    expect(refused).toThrow('for the local cloud');
    expect(() => assertPublicWebhooks([{ WEBHOOK_LOOPBACK: 'refuse' }, undefined, {}])).not.toThrow();
    expect(readFileSync(join(root, 'serverless.yml'), 'utf8')).toContain('WEBHOOK_LOOPBACK: refuse');
  });

  it('set whether keys need a proof of ownership', () => {
    for (const requireOwnershipProof of [true, false])
      expect(() => assertOwnershipDecided({ requireOwnershipProof }, 'prod')).not.toThrow();
    for (const settings of [null, {}, { requireOwnershipProof: 'perhaps' }])
      expect(() => assertOwnershipDecided(settings, 'prod')).toThrow(
        /stages\/prod\.yml must say requireOwnershipProof: true or false/,
      );
  });
});
