/** Reads: GetItem and BatchGetItem read the store directly; Query, Scan and the table operations are dynalite's. */
import { actionOf, asAwsError, checked, type Members } from './dynalite.ts';
import { answered, type Engine } from './engine.ts';
import { collect } from './faces.ts';

/** Reads by key return only what is on disk, so a kill cannot lose data that was returned. */
export function keyedRead(operation: string) {
  const act = actionOf(operation);
  return async (engine: Engine, input: Members): Promise<unknown> => {
    const data = checked(operation, input);
    const { face } = collect({ table: engine.table, read: (key) => engine.level.getSync(key) });
    try {
      return answered((done) => act(face, data, done));
    } catch (error) {
      throw asAwsError(error);
    }
  };
}

export function passedThrough(operation: string) {
  const act = actionOf(operation);
  return (engine: Engine, input: Members): Promise<unknown> => {
    const data = checked(operation, input);
    return new Promise((resolve, reject) => {
      act(engine.store, data, (error, answer) => {
        if (error) reject(asAwsError(error));
        else resolve(answer);
      });
    });
  };
}
