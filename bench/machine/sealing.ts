/** The measurements of `sealing-process.ts`. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Folders } from './folders.ts';

interface Times {
  readonly sealMs: number;
  readonly unsealMs: number;
}

export interface Sealing {
  readonly ours: Times[];
  readonly bare: Times[];
  /** MiB more than after a first small volume. */
  readonly extraMb: number;
}

export async function measureSealing(snapshot: string, { disk, memory }: Folders): Promise<Sealing> {
  const program = join(import.meta.dirname, 'sealing-process.ts');
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', program, snapshot, disk, memory]);
  return JSON.parse(stdout) as Sealing;
}
