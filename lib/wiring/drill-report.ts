/**
 * The report of a drill, apart from the other operations of drills, which need the fleet: the function that signs it
 * has no rights to servers.
 */
import { evidenceSigner } from '#lib/aws/kms-signer.ts';
import { reportDrill } from '#lib/drills/report.ts';
import { issueDrillReport } from '#lib/evidence/drill/issue.ts';
import { drillPage } from '#lib/evidence/page/drill.ts';
import { footprintOf } from '#lib/fleet/ec2/instance-types.ts';
import { now } from '#lib/model/clock.ts';
import { drillStore } from '#lib/store/drills.ts';
import { lockoutStore } from '#lib/store/lockouts.ts';

const get = () => reportDrill({ ...drillStore(), ...lockoutStore(), now, footprintOf });

export const signed = () => issueDrillReport({ ...evidenceSigner(), report: get() });

/** The page of a signed report, as HTML. */
export const page = drillPage;
