/** ministack, an independent emulator of AWS, as the baseline. It needs Python. */
import { mkdirSync } from 'node:fs';
import { type Emulator, startMinistack } from 'aws-local/test-support/emulator';
import { platformAccount } from '#local/accounts.ts';

/** The emulator, or the message of its installation if a requirement is missing. Throws for any other failure. */
export async function ministackOrReason(dir: string): Promise<Emulator | string> {
  mkdirSync(dir, { recursive: true });
  try {
    return await startMinistack({ dir, accountId: platformAccount });
  } catch (error) {
    if (/Python is missing/.test(String((error as { stderr?: unknown }).stderr)))
      return 'No baseline: Python 3.10 or later is missing.';
    throw error;
  }
}
