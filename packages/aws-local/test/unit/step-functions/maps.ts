/** Definitions with one Map in them, and functions for its items. */
import { functionArn, lambdaError, type ResponseFields, state } from '../../../test-support/step-functions.ts';

export const processor = (mode: 'INLINE' | 'DISTRIBUTED', states?: Record<string, unknown>) => ({
  ProcessorConfig: mode === 'INLINE' ? { Mode: mode } : { Mode: mode, ExecutionType: 'STANDARD' },
  StartAt: 'Each',
  States: states ?? { Each: { Type: 'Task', Resource: functionArn('work'), End: true } },
});

export const map = (
  mode: 'INLINE' | 'DISTRIBUTED',
  more: Record<string, unknown> = {},
  others: Record<string, unknown> = {},
) =>
  state('All', {
    All: { Type: 'Map', Items: '{% $states.input %}', ItemProcessor: processor(mode), End: true, ...more },
    ...others,
  });

export const double = (n: number) => n * 2;
export const oddFails = (n: number) => {
  if (n % 2) throw lambdaError('Odd', String(n));
  return n * 2;
};
export const types = (events: readonly ResponseFields[]) => events.map((event) => event.type);
