import { describe, expect, it } from '@jest/globals';
import { readDefinition } from '../../../src/step-functions/definition.ts';
import { functionArn, state } from '../../../test-support/step-functions.ts';

const End = { Type: 'Succeed' };
const task = { Type: 'Task', Resource: functionArn('work'), End: true };
const map = (more: Record<string, unknown> = {}, body: Record<string, unknown> = {}) => ({
  Type: 'Map',
  ItemProcessor: { StartAt: 'Each', States: { Each: { Type: 'Pass', End: true } }, ...body },
  End: true,
  ...more,
});

const refused: [string, Record<string, unknown>][] = [
  ['InputPath', { ...task, InputPath: '$' }],
  ['Parameters', { ...task, Parameters: {} }],
  ['ResultPath', { ...task, ResultPath: '$.x' }],
  ['ResultSelector', { ...task, ResultSelector: {} }],
  ['OutputPath', { Type: 'Pass', OutputPath: '$', End: true }],
  ['Result', { Type: 'Pass', Result: 1, End: true }],
  ['HeartbeatSeconds', { ...task, HeartbeatSeconds: 5 }],
  ['Credentials', { ...task, Credentials: {} }],
  [
    'Variable',
    { Type: 'Choice', Choices: [{ Variable: '$.a', BooleanEquals: true, Condition: '{% true %}', Next: 'Refused' }] },
  ],
  ['Parallel', { Type: 'Parallel', Branches: [], End: true }],
  ['SecondsPath', { Type: 'Wait', SecondsPath: '$.s', Seconds: 1, End: true }],
  ['is not the ARN of a Lambda function', { ...task, Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken' }],
  ['is not the ARN of a Lambda function', { ...task, Resource: 'arn:aws:states:::sqs:sendMessage' }],
  ['is not the ARN of a Lambda function', { ...task, Resource: '{% $states.input.arn %}' }],
  ['ItemReader', map({ ItemReader: {} })],
  ['ItemBatcher', map({ ItemBatcher: {} })],
  ['ResultWriter', map({ ResultWriter: {} })],
  ['ToleratedFailureCount', map({ ToleratedFailureCount: -1 })],
  ['Condition', { Type: 'Choice', Choices: [{ Condition: 'true', Next: 'Refused' }] }],
  ['Condition', { Type: 'Choice', Choices: [{ Next: 'Refused' }] }],
  ['$states.result', { ...task, Arguments: '{% $states.result %}' }],
  ['$states.result', { Type: 'Pass', Output: '{% $states.result %}', End: true }],
  [
    '$states.result',
    { ...task, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Refused', Output: '{% $states.result %}' }] },
  ],
  ['$states.errorOutput', { ...task, Output: { error: '{% $states.errorOutput %}' } }],
  ['$states.errorOutput', { ...task, Assign: { error: '{% $states.errorOutput.Error %}' } }],
  ['ExecutionType', map({}, { ProcessorConfig: { Mode: 'DISTRIBUTED' } })],
  ['ExecutionType', map({}, { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' } })],
  ['Exactly one of Next and End', { Type: 'Pass' }],
  ['Exactly one of Seconds and Timestamp', { Type: 'Wait', End: true }],
  ['Seconds', { Type: 'Wait', Seconds: -1, End: true }],
  ['Timestamp', { Type: 'Wait', Timestamp: 'tomorrow', End: true }],
  ['Assign', { Type: 'Succeed', Assign: { x: 1 } }],
  ['Output', { Type: 'Fail', Output: 1 }],
  ["'states' is not the name of a variable", { Type: 'Pass', Assign: { states: 1 }, End: true }],
  ["'1x' is not the name of a variable", { Type: 'Pass', Assign: { '1x': 1 }, End: true }],
  ['States.ALL', { ...task, Retry: [{ ErrorEquals: ['States.ALL', 'Other'] }] }],
  ['States.ALL', { ...task, Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['Other'] }] }],
  ['BackoffRate', { ...task, Retry: [{ ErrorEquals: ['Other'], BackoffRate: 0.5 }] }],
  ['MaxDelaySeconds', { ...task, Retry: [{ ErrorEquals: ['Other'], IntervalSeconds: 5, MaxDelaySeconds: 5 }] }],
  ['JitterStrategy', { ...task, Retry: [{ ErrorEquals: ['Other'], JitterStrategy: 'HALF' }] }],
  ['is invalid', { Type: 'Pass', Output: '{% 1 + %}', End: true }],
  ['must start with {%', { Type: 'Pass', Output: '{% 1', End: true }],
  ['$eval', { Type: 'Pass', Output: "{% $eval('1') %}", End: true }],
  ['without $states.input', { Type: 'Pass', Output: '{% name %}', End: true }],
  ['$', { Type: 'Pass', Output: '{% $.name %}', End: true }],
  ["must be 'JSONata'", { Type: 'Pass', QueryLanguage: 'JSONPath', End: true }],
];

describe('readDefinition', () => {
  it.each(refused)('refuses %s, by the state’s name', (problem, one) => {
    const read = () => readDefinition(state('Refused', { Refused: one }));
    expect(read).toThrow(problem);
    expect(read).toThrow('/States/Refused');
  });

  it('refuses a machine in JSONPath, also where it does not say', () => {
    expect(() => readDefinition({ StartAt: 'End', States: { End } })).toThrow('QueryLanguage');
  });

  it('refuses a target that does not exist, and a state that nothing leads to', () => {
    expect(() => readDefinition(state('A', { A: { Type: 'Pass', Next: 'B' } }))).toThrow("Missing 'Next' target: B");
    expect(() => readDefinition(state('End', { End, Lost: End }))).toThrow("'Lost' is not reachable");
  });

  it.each([
    ['', state('A', { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } })],
    ['/States/Each', state('Each', { Each: map({}, { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'A' } } }) })],
  ])('refuses a flow that has no terminal state, at %p', (where, definition) => {
    expect(() => readDefinition(definition)).toThrow(`There is no terminal state at ${where}`);
  });

  it('takes a literal condition, and a tolerance of an inline Map', () => {
    const Choices = [{ Condition: true, Next: 'All' }];
    const All = map({ ToleratedFailureCount: 1, ToleratedFailurePercentage: 10 });
    expect(readDefinition(state('Which?', { 'Which?': { Type: 'Choice', Choices }, All })).flow.startAt).toBe('Which?');
  });

  it('refuses two states of one name, in whatever Map', () => {
    expect(() => readDefinition(state('Each', { Each: map() }))).toThrow("'Each' is defined twice");
  });

  it('refuses a variable of a Map’s body that the flow around it assigns', () => {
    const body = { States: { Each: { Type: 'Pass', Assign: { x: 1 }, End: true } } };
    const States = { First: { Type: 'Pass', Assign: { x: 0 }, Next: 'All' }, All: map({}, body) };
    expect(() => readDefinition(state('First', States))).toThrow("'x' is assigned in an outer scope");
  });

  it('refuses an unknown field of the machine', () => {
    expect(() => readDefinition(state('End', { End }, { Sates: {} }))).toThrow("'Sates' is not supported");
  });

  it('takes comments everywhere', () => {
    const commented = {
      ...task,
      Comment: 'why',
      Retry: [{ Comment: 'why', ErrorEquals: ['States.ALL'] }],
      Catch: [{ Comment: 'why', ErrorEquals: ['States.ALL'], Next: 'End' }],
    };
    expect(
      readDefinition(state('Work', { Work: commented, End }, { Comment: 'why', Version: '1.0' })).flow.startAt,
    ).toBe('Work');
  });
});
