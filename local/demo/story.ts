/** The chapters in their order. A new one is a file in `chapters/` and a line here. */
import { aSlip } from './chapters/a-slip.ts';
import { outOfReach } from './chapters/out-of-reach.ts';
import { theBackup } from './chapters/the-backup.ts';
import { theCommands } from './chapters/the-commands.ts';
import { theData } from './chapters/the-data.ts';
import { theDatabase } from './chapters/the-database.ts';
import { theDrill } from './chapters/the-drill.ts';
import { theImpact } from './chapters/the-impact.ts';
import { theKey } from './chapters/the-key.ts';
import { theLockout } from './chapters/the-lockout.ts';
import { theMigration } from './chapters/the-migration.ts';
import { theRealDrill } from './chapters/the-real-drill.ts';
import { theReckoning } from './chapters/the-reckoning.ts';
import { theReturn } from './chapters/the-return.ts';
import { theWarning } from './chapters/the-warning.ts';
import type { Play } from './world.ts';

export interface StoryOptions {
  /** Whether a real drill follows the simulated drill. */
  readonly isFull: boolean;
}

export async function tellStory(play: Play, { isFull }: StoryOptions): Promise<void> {
  const keyArn = await theKey(play);
  const database = await theDatabase(play, keyArn);
  const content = await theData(play, database);
  await theBackup(play, database, content);
  await theImpact(play, database);
  const drillKey = await theWarning(play);
  await theDrill(play, database, content);
  if (isFull) await theRealDrill(play, database, drillKey);
  await aSlip(play, database);
  const lockout = await theLockout(play, database, content);
  await outOfReach(play, database, content);
  const back = await theReturn(play, database, content);
  await theMigration(play, database);
  await theCommands(play, database);
  await theReckoning(play, { lockout, back, isFull });
}
