/**
 * Watches the requests of functions while a test runs: fails the test if a role's policies refuse one, and records
 * which declared rights were used. The process fleet makes none of the requests of EC2's fleet, so its operations count
 * as the rights that EC2's would need.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { join } from 'node:path';
import { identityPolicies } from 'aws-local/authorization';
import type { ActionRequest } from 'aws-local/protocol';
import type { Fleet } from '#lib/model/fleet.ts';
import type { Cloud } from '#local/cloud.ts';
import type { Around } from '#local/gate.ts';
import type { OnDecision } from '#local/principals.ts';
import { deployedFunctions } from '../../scripts/deploy/deployed.ts';
import { isRight, type Right, rights } from '../../scripts/deploy/rights.ts';
import { packagedRoles, rightsOf } from '../../scripts/deploy/roles.ts';
import { recordUse } from './rights-record.ts';

const root = join(import.meta.dirname, '..', '..');
const declared = rightsOf(deployedFunctions(root));

/** The key of the function that runs, or null outside of one and inside the process fleet, which AWS does not have. */
const running = new AsyncLocalStorage<string | null>();

const command = ['servers:describe', 'servers:command'] as const;
const change = [...command, 'servers:tag'] as const;

/** What EC2's fleet needs for each operation (`lib/fleet/ec2`); the process fleet calls none of it. */
const fleetRights: Readonly<Record<keyof Fleet, readonly Right[]>> = {
  launch: ['servers:describe', 'servers:launch', 'servers:start', 'keys:probe'],
  describe: ['servers:describe'],
  certificateAuthority: [],
  certificateRequest: change,
  installCertificate: change,
  stopServices: change,
  stopServers: [...change, 'servers:stop'],
  startServers: ['servers:describe', 'servers:start', 'keys:probe'],
  tryToOpen: [],
  startServices: change,
  backup: [...change, 'backups:read', 'backups:write', 'backups:delete'],
  restore: [...change, 'backups:read'],
  terminate: ['servers:describe', 'servers:terminate'],
  follow: change,
  caughtUp: command,
  promote: change,
  pauseWrites: change,
  resumeWrites: change,
  setPassword: change,
  configure: change,
  measure: command,
  digest: change,
  resetStatistics: change,
  restartServices: change,
};

/** `arn:aws:lambda:…:function:latchkey-local-apiKeys`, or the name alone. */
const keyOf = (functionName: string): string => functionName.split('-').at(-1) ?? '';

/** As `apiKeys table:read`. */
type Use = `${string} ${Right}`;

export function watchRights() {
  const refused = new Set<string>();
  const used = new Set<Use>();
  const requests = new Map<string, { readonly key: string; readonly request: ActionRequest }>();
  const onDecision: OnDecision = (key, request, decision) => {
    const name = `${key}: ${request.action} on ${request.resource}`;
    if (decision === 'allowed') requests.set(name, { key, request });
    else refused.add(name);
  };
  return {
    onDecision,
    around: ((functionName, work) => running.run(keyOf(functionName), work)) satisfies Around,
    watchFleet: (fleet: Fleet): void => {
      for (const name of Object.keys(fleetRights) as (keyof Fleet)[]) watchOperation(fleet, name, { refused, used });
    },
    /** Records what was used, also if the test fails afterwards. */
    record: (cloud: Pick<Cloud, 'stack' | 'environment'>): void => {
      const ofRight = policiesByRight(cloud);
      for (const { key, request } of requests.values()) {
        for (const right of declared.get(key) ?? [])
          if (ofRight.get(right)?.decide(request) === 'allowed') used.add(`${key} ${right}`);
      }
      recordUse(used);
    },
    refused: (): readonly string[] => [...refused].sort(),
    assertDeclared: (): void => {
      if (refused.size > 0)
        throw new Error(`Functions lack rights in serverless.yml:\n${[...refused].sort().join('\n')}`);
    },
  };
}

/** What each right allows by itself: a function that has only this right has its policy. */
function policiesByRight({ stack, environment }: Pick<Cloud, 'stack' | 'environment'>) {
  const names = Object.keys(rights).filter(isRight);
  const functions = Object.fromEntries(
    names.map((right) => [right, { handler: 'functions/api/reads.handler', rights: [right] }]),
  );
  const { resources, roleOf } = packagedRoles(functions, { stage: 'local', mailFrom: environment.MAIL_FROM ?? '' });
  return new Map(names.map((right) => [right, identityPolicies(documentsOf(resources[roleOf.get(right) ?? '']))]));

  function documentsOf(role: unknown): string[] {
    const { Properties } = stack.resolve(role) as { Properties: { Policies: { PolicyDocument: unknown }[] } };
    return Properties.Policies.map(({ PolicyDocument }) => JSON.stringify(PolicyDocument));
  }
}

interface Watched {
  readonly refused: Set<string>;
  readonly used: Set<Use>;
}

function watchOperation(fleet: Fleet, name: keyof Fleet, { refused, used }: Watched): void {
  const original = fleet[name] as (...args: unknown[]) => unknown;
  const watched = (...args: unknown[]) => {
    const key = running.getStore();
    for (const right of key ? fleetRights[name] : []) {
      if (declared.get(key ?? '')?.includes(right)) used.add(`${key} ${right}`);
      else refused.add(`${key}: ${right}, for ${name} of servers`);
    }
    return running.run(null, () => original.apply(fleet, args));
  };
  Object.assign(fleet, { [name]: watched });
}
