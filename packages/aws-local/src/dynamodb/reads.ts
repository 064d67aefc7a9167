/** Reads: GetItem and BatchGetItem read the store directly; Query, Scan and the table operations are dynalite's. */
import { actionOf, asAwsError, type Members, validateInput } from './dynalite.ts';
import { type Engine, runSync } from './engine.ts';
import { collectWrites } from './store-view.ts';

/** Reads by key return only what is on disk, so a kill cannot lose data that was returned. */
export function keyedRead(operation: string) {
  const act = actionOf(operation);
  return async (engine: Engine, input: Members): Promise<unknown> => {
    const data = validateInput(operation, input);
    const { view } = collectWrites({ table: engine.table, read: (key) => engine.level.getSync(key) });
    try {
      return runSync((done) => act(view, data, done));
    } catch (error) {
      throw asAwsError(error);
    }
  };
}

export function passThrough(operation: string) {
  const act = actionOf(operation);
  return (engine: Engine, input: Members): Promise<unknown> => {
    const data = validateInput(operation, input);
    return new Promise((resolve, reject) => {
      act(engine.store, data, (error, result) => {
        if (error) reject(asAwsError(error));
        else resolve(result);
      });
    });
  };
}
