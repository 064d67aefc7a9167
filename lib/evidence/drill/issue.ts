/** Issues the signed report of a drill. Read-only. */
import type { DrillReport } from '#lib/drills/report.ts';
import { isEnded } from '#lib/model/drill.ts';
import { Problem } from '#lib/model/problem.ts';
import { type SignDeps, signStatement } from '../sign.ts';
import { type DrillStatement, drillStatement, type SignedDrillReport } from './statement.ts';

export type SignedReportDeps = SignDeps & {
  readonly report: (teamId: string, id: string) => Promise<DrillReport>;
};

/** Throws `not_found`; `wrong_state` while the drill is under way; `Transient` while KMS does not sign. */
export const issueDrillReport =
  (deps: SignedReportDeps) =>
  async (teamId: string, id: string): Promise<SignedDrillReport> => {
    const report = await deps.report(teamId, id);
    if (!isEnded(report.drill)) throw underWay(report);
    return signStatement(deps, (keyId): DrillStatement => {
      const statement = drillStatement(report, keyId);
      if (!statement) throw underWay(report);
      return statement;
    });
  };

const underWay = ({ drill: { id, stage } }: DrillReport): Problem =>
  new Problem(
    'wrong_state',
    `Drill ${id} is under way (${stage}), and its report is signed when it has ended. GET /v1/drills/${id} shows ` +
      'its progress.',
    { state: stage },
  );
