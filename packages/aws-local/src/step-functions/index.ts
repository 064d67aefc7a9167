export { executionArn } from './arn.ts';
export { type Definition, readDefinition } from './definition.ts';
export { createEngine, type Engine } from './engine.ts';
export { readJournal } from './execution.ts';
export { StateFailure } from './failure.ts';
export type { HistoryEvent } from './history.ts';
export { jsonataFunctions } from './jsonata-functions.ts';
export type { ExecutionRecord, MapRunRecord, Register } from './register.ts';
export { createStepFunctions } from './step-functions.ts';
