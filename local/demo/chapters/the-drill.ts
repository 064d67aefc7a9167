/** A simulated drill: the customer rehearses what turning the key off does, while the database serves on. */
import { createPublicKey } from 'node:crypto';
import { readDrillReport } from '../../../scripts/evidence/verify-drill.ts';
import { verifyEvidence } from '../../../scripts/verify-evidence.ts';
import { type DrillReport, readDrill, reportTable, seeStages, startDrill } from '../drills.ts';
import { counted } from '../durations.ts';
import { registeredKeyId } from '../registered-key.ts';
import { check } from '../stage.ts';
import { startSteadyReads } from '../steady-reads.ts';
import type { Play } from '../world.ts';
import type { Content } from './the-data.ts';
import type { DemoDatabase } from './the-database.ts';

export async function theDrill(play: Play, database: DemoDatabase, content: Content): Promise<void> {
  const { stage, world } = play;
  stage.chapter(
    'A drill',
    'Would it work, and how long would it take? A drill rehearses it: Latchkey forks the database under the same ' +
      'key, locks the fork out as it would lock out the database, restores it, compares the data and removes it.',
  );
  const reads = await startSteadyReads(database.url, content.entries);
  const keyId = await registeredKeyId(world, database.keyArn);
  const body = { mode: 'simulated', database: database.name } as const;
  const { id } = await stage.do(
    startDrill(world, keyId, { body, shown: `{ mode: simulated, database: ${database.name} }` }),
  );
  await seeStages(play, id, [
    'forking',
    'catching_up',
    'detaching',
    'locking_out',
    'restoring',
    'comparing',
    'removing',
  ]);
  const report = await readDrill(world, id);
  showReport(play, report);
  await stage.prove(`Meanwhile ${database.name} served on`, async () => {
    const served = await reads.stop();
    return `The app read ${counted(served)} keys on one connection, and missed none.`;
  });
  await verifyReport(play, id);
}

/** The table of an ended drill, and what it did not show. */
export function showReport({ stage, world }: Play, report: DrillReport): void {
  stage.table(reportTable(report, world.speed));
  stage.show('What this drill did not show:');
  for (const each of report.notShown) stage.show(`- ${each}`);
}

/** Verifies the signed report as `npm run verify-evidence` does, with the public key that KMS returns. */
export async function verifyReport({ stage, world }: Play, id: string): Promise<void> {
  const path = `/v1/drills/${id}/report`;
  const text = await stage.do(world.api.get(path, 'GET /v1/drills/{drill}/report > drill.json'));
  const { signature, statement } = readDrillReport(text);
  const der = await stage.do(world.keys.publicKey(signature.keyId));
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  const publicKey = String(key.export({ type: 'spki', format: 'pem' }));
  await stage.prove('The signed report is verified offline, as by npm run verify-evidence', async () => {
    const { code, text: outcome } = verifyEvidence(text, { publicKey });
    check(code === 0, outcome);
    const altered = { signature, statement: { ...statement, parity: { ...statement.parity, keysAfter: 0 } } };
    const { code: alteredCode } = verifyEvidence(JSON.stringify(altered), { publicKey });
    check(alteredCode === 1, 'A report with an altered figure is verified too.');
    return 'With one figure altered, it is not.';
  });
}
