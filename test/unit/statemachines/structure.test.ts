/**
 * Every machine is valid for Step Functions, follows the same rules for its tasks, and has a function for each task.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import validate from 'asl-validator';
import { isAlias, isNode, isScalar, parse, parseDocument, visit } from 'yaml';
import { listStates, machineFile, machineNames, readMachine, readSource } from '#statemachines/definitions.ts';

const root = resolve(import.meta.dirname, '../../..');
const textOf = (file: string) => readFileSync(join(root, file), 'utf8');

const tasksOf = (name: string) => listStates(readMachine(name)).filter(([, { Type }]) => Type === 'Task');
const pascal = (text: string) =>
  text
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

interface MachineResource {
  readonly Type: string;
  readonly Properties: {
    readonly StateMachineName: string;
    readonly Definition: string;
    readonly DefinitionSubstitutions: Record<string, string>;
  };
}
const stack = parse(textOf('serverless.yml'), { logLevel: 'silent' }) as {
  functions: Record<string, { handler: string; timeout?: number }>;
  resources: readonly (string | { Resources: Record<string, MachineResource> })[];
};
const machineResources = stack.resources
  .flatMap((part) => (typeof part === 'string' ? [] : Object.values(part.Resources)))
  .filter(({ Type }) => Type === 'AWS::StepFunctions::StateMachine');
const resourceOf = (name: string) =>
  machineResources.find(({ Properties }) => Properties.Definition.includes(`statemachines/${machineFile(name)}`))
    ?.Properties;
/** The placeholder of the function that works on the batches of a Map. */
const batches = '${BatchesArn}';
const functionKey = (machine: string, resource: string | undefined) => {
  const name = pascal(`${machine}${resource === batches ? '-batches' : ''}`);
  return name.charAt(0).toLowerCase() + name.slice(1);
};

/** Members that many states share. An alias such as `*retry` is left out: it repeats nothing. */
function settingsWrittenIn(source: string): [string, unknown][] {
  const document = parseDocument(source);
  const written: [string, unknown][] = [];
  visit(document, {
    Pair: (_, { key, value }) => {
      if (!isScalar(key) || !isNode(value) || isAlias(value)) return;
      written.push([String(key.value), value.toJS(document)]);
    },
  });
  const shared = ['Retry', 'Catch', 'TimeoutSeconds', 'ItemSelector', 'ProcessorConfig'];
  return written.filter(([key]) => shared.includes(key));
}

describe.each(machineNames)('the machine %s', (name) => {
  const machine = readMachine(name);

  it('is one that Step Functions takes', () => {
    const { isValid, errorsText } = validate(machine);
    expect(isValid ? '' : errorsText('\n')).toBe('');
  });

  it('is written in JSONata and short enough to read', () => {
    expect(machine.QueryLanguage).toBe('JSONata');
    expect(Object.keys(machine.States).length).toBeLessThanOrEqual(14);
    expect(readSource(name).trimEnd().split('\n').length).toBeLessThanOrEqual(190);
  });

  it('says why, for itself and every state, in a sentence', () => {
    for (const [what, comment] of [
      ['the machine', machine.Comment],
      ...listStates(machine).map(([state, { Comment }]) => [state, Comment]),
    ])
      expect(`${what}: ${comment}`).toMatch(/: [A-Z].*\.$/);
  });

  it('treats every task alike: one time limit, one retry, one way out', () => {
    for (const [state, { TimeoutSeconds, Retry, Catch }] of tasksOf(name)) {
      expect([state, TimeoutSeconds]).toEqual([state, expect.any(Number)]);
      expect([state, Retry]).toEqual([
        state,
        [
          {
            ErrorEquals: [
              'Transient',
              'Lambda.ServiceException',
              'Lambda.AWSLambdaException',
              'Lambda.SdkClientException',
              'Lambda.TooManyRequestsException',
              'Lambda.ClientExecutionTimeoutException',
              'Lambda.Unknown',
              'Sandbox.Timedout',
              'Runtime.ExitError',
              'States.Timeout',
            ],
            IntervalSeconds: 2,
            BackoffRate: 2,
            MaxDelaySeconds: 15,
            MaxAttempts: 20,
            JitterStrategy: 'FULL',
          },
        ],
      ]);
      expect([state, Catch?.map(({ ErrorEquals }) => ErrorEquals)]).toEqual([state, [['States.ALL']]]);
    }
  });

  it('writes no retry, catch, timeout or input of a batch twice: what repeats has an anchor', () => {
    const written = settingsWrittenIn(readSource(name));
    expect(written.filter(([key]) => key === 'Retry')).toHaveLength(1);

    const texts = written.map((setting) => JSON.stringify(setting));
    expect(texts).toEqual([...new Set(texts)]);
  });

  it('gives a task at least the time that its function has', () => {
    for (const [, { Resource, TimeoutSeconds = 0 }] of tasksOf(name))
      expect(TimeoutSeconds).toBeGreaterThanOrEqual(
        stack.functions[functionKey(name, Resource)]?.timeout ?? Number.POSITIVE_INFINITY,
      );
  });

  it('has a step in its function for every task, under the name of the state, and no other', () => {
    for (const [resource, tasks] of Map.groupBy(tasksOf(name), ([, { Resource }]) => Resource)) {
      const file = `functions/tasks/${name}${resource === batches ? '-batches' : ''}`;
      const steps = [...textOf(`${file}.ts`).matchAll(/'([^']+)': step\(/g)].map(([, step]) => step);
      expect(steps.sort()).toEqual(tasks.map(([state]) => state).sort());
      expect(stack.functions[functionKey(name, resource)]?.handler).toBe(`${file}.handler`);
    }
  });

  it('passes the step to its function, by the name of the state', () => {
    for (const [state, { Arguments }] of tasksOf(name))
      expect([state, String(Arguments).includes("'step': $states.context.State.Name")]).toEqual([state, true]);
  });

  it('is given the function of its steps and of its batches, and nothing else', () => {
    const resources = [...new Set(tasksOf(name).map(([, { Resource }]) => Resource))];
    expect(resources.filter((resource) => resource !== '${StepsArn}' && resource !== batches)).toEqual([]);

    const substitutions = Object.fromEntries(
      resources.map((resource) => [
        String(resource).slice(2, -1),
        `${pascal(functionKey(name, resource))}LambdaFunction.Arn`,
      ]),
    );
    expect(resourceOf(name)?.DefinitionSubstitutions).toEqual(substitutions);
    expect(resourceOf(name)?.StateMachineName).toMatch(new RegExp(`-${name}$`));
  });

  it('holds no state that only reshapes', () => {
    expect(listStates(machine).filter(([, { Type }]) => Type === 'Pass')).toEqual([]);
  });
});

it('there is no machine but these, and no function of tasks without one', () => {
  expect(machineResources).toHaveLength(machineNames.length);
  const files = readdirSync(join(root, 'functions/tasks')).map((file) => file.replace(/(-batches)?\.ts$/, ''));
  expect([...new Set(files)].sort()).toEqual([...machineNames].sort());
});
