/**
 * Lets invocations wait until everything that functions need is up, and closing wait until the running ones have ended.
 */
import { FunctionError, type Lambda } from 'aws-local/lambda';

export interface Gate extends Lambda {
  open(lambda: Lambda): void;
  /** Lets no more through (they fail as `ServiceException`), and waits for those that run. */
  close(): Promise<void>;
}

/** Runs the work of one invocation; `functionName` is its name or its ARN. */
export type Around = (functionName: string, work: () => Promise<unknown>) => Promise<unknown>;

export function createGate(around: Around = (_, work) => work()): Gate {
  const ready = Promise.withResolvers<Lambda>();
  ready.promise.catch(() => {});
  const running = new Set<Promise<unknown>>();
  let closed = false;
  const refusal = () => new FunctionError('ServiceException', 'The local cloud is stopping.');
  return {
    open: (lambda) => ready.resolve(lambda),
    invoke: async (nameOrArn, payload) => {
      const lambda = await ready.promise;
      if (closed) throw refusal();
      const work = around(nameOrArn, () => lambda.invoke(nameOrArn, payload));
      running.add(work);
      try {
        return await work;
      } finally {
        running.delete(work);
      }
    },
    close: async () => {
      closed = true;
      ready.reject(refusal());
      await Promise.allSettled(running);
    },
  };
}
