/** Reading again and deciding anew after a lost race. */
import { Problem } from '#lib/problem.ts';

const attempts = 5;

/** Runs `work`, which reads, decides and writes, again while somebody else's write comes first; throws `version_mismatch` after five times. */
export async function againOnConflict<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Problem && error.code === 'version_mismatch') || attempt === attempts) throw error;
    }
  }
}
