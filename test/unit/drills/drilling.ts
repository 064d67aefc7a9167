/**
 * A key with a database, and a drill of it that a test advances poll by poll, with a fleet of programmable responses.
 */
import { advanceDrill } from '#lib/drills/advance.ts';
import type { DrillRequest } from '#lib/drills/new-drill.ts';
import { startDrill } from '#lib/drills/start.ts';
import type { Database } from '#lib/model/database.ts';
import type { Drill } from '#lib/model/drill.ts';
import type { DrillStage } from '#lib/model/drill-state.ts';
import type { Actor } from '#lib/model/entry.ts';
import type { DigestResult, Fleet, Measurement, Opening, Outcome, Progress } from '#lib/model/fleet.ts';
import { databaseRemoved, databaseSaved } from '#lib/model/items/databases.ts';
import { lockoutSaved } from '#lib/model/items/lockouts.ts';
import type { Lockout } from '#lib/model/lockout.ts';
import type { Recipient } from '#lib/model/recipient.ts';
import { countingIds } from '#simulation/samples.ts';
import { aDatabase, aKey, anApp, at, teamId } from '#test/support/build.ts';
import { aLedger, type Nouns } from '#test/support/ledger.ts';

export const leader = aDatabase({ status: 'available', plan: 'private-7' });
const request: DrillRequest = {
  teamId,
  key: aKey().id,
  actor: { kind: 'token', id: 'tok_1' } satisfies Actor,
  mode: 'simulated',
};

/** What the fleet answers for every server. */
export interface FleetAnswers {
  progress: Partial<Progress>;
  measurement: Partial<Measurement>;
  promoted: Outcome['state'];
  digests: { before: Partial<DigestResult>; after: Partial<DigestResult> };
  opening: Opening['answer'];
  /** How long a digest takes. */
  digestSeconds: number;
}

const digest = { state: 'done', keys: 3, expiring: 0, digest: 'a'.repeat(40) } as const;

const healthyFleet = (): FleetAnswers => ({
  progress: { caughtUp: true, lagBytes: 0, state: 'following', link: 'up' },
  measurement: { usedBytes: 1024 },
  promoted: 'done',
  digests: { before: digest, after: digest },
  opening: 'opened',
  digestSeconds: 0,
});

/** A fleet that knows only what drills ask of it. */
const fleetOf = (responses: FleetAnswers, later: (seconds: number) => void) =>
  ({
    measure: async ([serverId]: string[]) => [
      { serverId, version: null, clients: 1, usedBytes: null, ...responses.measurement },
    ],
    caughtUp: async ([serverId]: string[]) => [{ serverId, detail: '', ...responses.progress }],
    promote: async ([{ serverId }]: [{ serverId: string }]) => [{ serverId, state: responses.promoted, detail: 'no' }],
    digest: async ([{ serverId, label }]: [{ serverId: string; label: 'before' | 'after' }]) => {
      later(responses.digestSeconds);
      return [{ serverId, ...responses.digests[label] }];
    },
    tryToOpen: async ([serverId]: string[]) => [{ serverId, answer: responses.opening, error: null, requestId: null }],
  }) as unknown as Fleet;

export function aScene(nouns: Nouns = {}, recipients: readonly Recipient[] = []) {
  const ledger = aLedger({ keys: [aKey()], databases: [leader], apps: [anApp()], ...nouns });
  const responses = healthyFleet();
  const running = new Set<string>();
  let now = at;
  const later = (seconds: number) => {
    now = new Date(now.getTime() + seconds * 1000);
  };
  const deps = {
    ...ledger,
    fleet: async () => fleetOf(responses, later),
    encrypt: async () => 'sealed',
    mailDomainsOf: async () => ({ domains: ['example.com'], version: 1 }),
    recipientsOf: async () => [...recipients],
    pause: async () => undefined,
    platformKeyArn: () => 'arn:aws:kms:us-east-1:210987654321:alias/platform',
    newId: countingIds(),
    now: () => now,
    isRunning: async (machine: string, name: string) => running.has(`${machine}/${name}`),
    registerCheckedKey: async ({ arn }: { arn: string }) => {
      const key = ledger.all<ReturnType<typeof aKey>>('KEY#').find((each) => each.arn === arn);
      if (!key) throw new Error('There is no such key');
      return { key };
    },
  };
  const drill = (): Drill => {
    const [found] = ledger.all<Drill>('DRILL#');
    if (!found) throw new Error('There is no drill');
    return found;
  };
  const row = <T extends { id: string }>(prefix: string, id: string): T | undefined =>
    ledger.all<T>(prefix).find((each) => each.id === id);
  const scene = {
    ledger,
    deps,
    responses,
    running,
    drill,
    fork: () => row<Database>('DB#', drill().forkId),
    lockout: () => ledger.all<Lockout>('LOCKOUT#').at(-1),
    later,
    start: (changes: Partial<DrillRequest> = {}) => startDrill(deps)({ ...request, ...changes }),
    poll: () => advanceDrill(deps)({ teamId, drillId: drill().id, run: drill().run }),
    /** Rewrites a row as another part of the product would. */
    rewrite: async (change: Parameters<typeof ledger.commit>[0]['changes'][number]) =>
      ledger.commit({ teamId, at: now, changes: [change] }),
    /** Polls until the drill enters a stage. */
    pollUntil: async (stage: DrillStage) => {
      for (let polls = 0; polls < 20 && drill().stage !== stage; polls += 1) await scene.poll();
      if (drill().stage !== stage) throw new Error(`The drill stays in ${drill().stage}`);
    },
  };
  return scene;
}
export type Scene = ReturnType<typeof aScene>;

/** What the other machines do between two polls of each stage. */
export const world: { readonly [S in DrillStage]?: (scene: Scene) => Promise<void> } = {
  forking: async (scene) => {
    const fork = scene.fork();
    if (fork)
      await scene.rewrite(databaseSaved({ ...fork, status: 'following', server: 'running', service: 'running' }));
  },
  locking_out: async (scene) => {
    const lockout = scene.lockout();
    const steps = [...(lockout?.steps ?? []), { state: 'stopped' as const, at: scene.deps.now().toISOString() }];
    if (lockout) await scene.rewrite(lockoutSaved({ ...lockout, state: 'stopped', machine: null, steps }));
  },
  restoring: async (scene) => {
    const lockout = scene.lockout();
    const steps = [...(lockout?.steps ?? []), { state: 'restored' as const, at: scene.deps.now().toISOString() }];
    if (lockout) await scene.rewrite(lockoutSaved({ ...lockout, state: 'restored', machine: null, steps }));
  },
  removing: async (scene) => {
    const fork = scene.fork();
    if (fork?.status !== 'destroying') return;
    await scene.ledger.commit({ teamId, at: scene.deps.now(), changes: databaseRemoved(fork) });
  },
};

/** Lets the world act and polls until the drill is in the stage. */
export async function reach(scene: Scene, stage: DrillStage): Promise<void> {
  for (let polls = 0; polls < 40 && scene.drill().stage !== stage; polls += 1) {
    scene.later(1);
    await scene.poll();
    await world[scene.drill().stage]?.(scene);
  }
  if (scene.drill().stage !== stage) throw new Error(`The drill stays in ${scene.drill().stage}`);
}
