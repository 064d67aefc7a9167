/** KMS's refusals of the platform's own key. */
import { Problem, Transient } from './problem.ts';

/** Translates a refusal of the platform's key to `Transient`, since the caller neither caused it nor can fix it. */
export async function underPlatformKey<T>(response: Promise<T>): Promise<T> {
  try {
    return await response;
  } catch (error) {
    if (error instanceof Problem && error.code === 'key_unusable')
      throw new Transient("The platform's key is unusable", { cause: error });
    throw error;
  }
}
