/**
 * The proofs of what happened. They are one function, the only one of the API that may sign or read checkpoints.
 */
import { GetDrillReport, signedReportIn, signedReportView } from '#lib/contracts/drill-report.ts';
import { bundleIn, evidenceView, GetEvidence } from '#lib/contracts/evidence.ts';
import { VerifyTimeline, verificationView } from '#lib/contracts/timeline.ts';
import { route } from '#lib/edge/rest-api.ts';
import * as drillReport from '#lib/wiring/drill-report.ts';
import { restReads } from '#lib/wiring/rest-reads.ts';
import * as timeline from '#lib/wiring/timeline.ts';

export const handler = restReads(() => {
  const issue = timeline.evidence();
  const verify = timeline.verify();
  const reportDrill = drillReport.signed();
  return {
    'GET /v1/keys/{key}/evidence': route(
      GetEvidence,
      async ({ teamId, key, query }) => evidenceView(await issue({ teamId, key, ...query })),
      (response) => timeline.page(bundleIn(response)),
    ),
    'GET /v1/drills/{drill}/report': route(
      GetDrillReport,
      async ({ teamId, drill }) => signedReportView(await reportDrill(teamId, drill)),
      (response) => drillReport.page(signedReportIn(response)),
    ),
    'GET /v1/timeline/verification': route(VerifyTimeline, async ({ teamId, query }) =>
      verificationView(await verify({ teamId, ...query })),
    ),
  };
});
