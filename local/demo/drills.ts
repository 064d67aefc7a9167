import { DrillReportView, DrillView } from '#lib/contracts/drills.ts';
import { type DrillStage, drillStages } from '#lib/model/drill-state.ts';
import type { Infer } from '#lib/model/schema.ts';
import { counted, inWords } from './durations.ts';
import { type Act, check } from './stage.ts';
import type { Table } from './table.ts';
import { until } from './until.ts';
import type { Play, World } from './world.ts';

type DrillStarted = Infer<typeof DrillView>;
export type DrillReport = Infer<typeof DrillReportView>;

interface DrillRequest {
  readonly body: {
    readonly mode: DrillReport['mode'];
    readonly database: string;
    readonly drillKey?: string;
  };
  /** Stands for the body's text. */
  readonly shown: string;
}

export const startDrill = ({ api }: World, keyId: string, request: DrillRequest): Act<DrillStarted> =>
  api.post(`/v1/keys/${keyId}/drills`, { ...request, shownPath: '/v1/keys/{key}/drills', responseSchema: DrillView() });

export const readDrill = ({ api }: World, id: string): Promise<DrillReport> =>
  api.read(`/v1/drills/${id}`, DrillReportView());

/** What has happened when a stage is over. */
const results: Readonly<Record<Exclude<DrillStage, 'ended'>, string>> = {
  forking: 'a follower is provisioned',
  catching_up: 'it has copied the database',
  detaching: 'it is a fork, and its data set is digested',
  awaiting_disable: 'Latchkey noticed the disabled key',
  locking_out: 'the service and the server are stopped',
  awaiting_enable: 'Latchkey noticed the enabled key',
  restoring: 'the server and the service are started',
  comparing: 'the data set is digested again, and compared',
  removing: 'the fork is removed',
};

/** Shows each of the stages when it is over. Throws a `DemoFailure` if the drill does not pass. */
export async function seeStages({ stage, world }: Play, id: string, stages: readonly (keyof typeof results)[]) {
  for (const each of stages) await stage.see(`${each}: ${results[each]}`, over(world, id, each));
}

const over = (world: World, id: string, stage: DrillStage): Promise<true> =>
  until(`the end of the drill's stage ${stage}`, async () => {
    const drill = await readDrill(world, id);
    check(!drill.failure, `The drill failed: ${drill.detail} ${drill.fixes.map(({ text }) => text).join(' ')}`);
    return drillStages.indexOf(drill.stage) > drillStages.indexOf(stage) || null;
  });

/** The report of an ended drill. Its times are real ones, in which waits are `speed` times as fast. */
export function reportTable({ phases, parity }: Pick<DrillReport, 'phases' | 'parity'>, speed: number): Table {
  const words = (seconds: number | null, factor = 1) => (seconds === null ? '' : inWords(seconds * factor * 1000));
  const yes = (isMet: boolean | null) => (isMet === null ? '' : isMet ? 'yes' : 'no');
  return {
    header: ['phase', 'measured', `× ${speed}, at most`, 'objective', 'met'],
    rows: [
      ...phases.map(({ phase, measuredSeconds, objectiveSeconds, met }) => ({
        cells: [phase, words(measuredSeconds), words(measuredSeconds, speed), words(objectiveSeconds), yes(met)],
        holds: met !== false,
      })),
      {
        cells: ['keys lost', keysLost(parity), '', 'none', yes(parity.isSame)],
        holds: parity.isSame === true,
      },
    ],
  };
}

const keysLost = ({ keysBefore, keysAfter }: DrillReport['parity']): string =>
  keysBefore === null || keysAfter === null ? '' : `${counted(keysBefore - keysAfter)} of ${counted(keysBefore)}`;
