/** The template's Lambda functions, and the environment that they share. */
import type { LambdaFunction } from 'aws-local/lambda';
import { type Physicals, resolveIntrinsics } from './intrinsics.ts';
import type { Place } from './physicals.ts';
import { assertKnown, isRecord, ofType, type Template } from './template.ts';

export interface StackFunction extends LambdaFunction {
  readonly roleArn: string;
  /** The queue of events on which it failed when it was invoked asynchronously. */
  readonly deadLetterArn: string | null;
}

/** Properties without an effect on one machine: about AWS's computers, logs and bookkeeping. */
const withoutEffect =
  'Code Runtime Architectures ReservedConcurrentExecutions LoggingConfig TracingConfig Description Tags'.split(' ');
const understood = 'Handler FunctionName MemorySize Timeout Environment Role DeadLetterConfig'.split(' ');

/** Lambda's own defaults. */
const defaultTimeoutSeconds = 3;
const defaultMemoryMb = 128;

export function functionsOf(template: Template, physicals: Physicals, { stackName }: Place): StackFunction[] {
  return ofType(template, 'AWS::Lambda::Function').map(([logicalId, { properties }]) => {
    assertKnown(logicalId, properties, [...understood, ...withoutEffect]);
    const { Handler, MemorySize, Timeout, Role, DeadLetterConfig } = properties;
    const handler = String(Handler);
    const dot = handler.lastIndexOf('.');
    const { ref: name = '', attributes } = physicals.get(logicalId) ?? { ref: '', attributes: {} };
    const target = isRecord(DeadLetterConfig) ? DeadLetterConfig.TargetArn : null;
    return {
      // The function's key in the service, as osls makes the name of it.
      key: name.replace(`${stackName}-`, ''),
      name,
      arn: attributes.Arn ?? '',
      file: `${handler.slice(0, dot)}.ts`,
      exportName: handler.slice(dot + 1),
      timeoutSeconds: Number(Timeout ?? defaultTimeoutSeconds),
      memoryMb: Number(MemorySize ?? defaultMemoryMb),
      roleArn: String(resolveIntrinsics(Role, physicals)),
      deadLetterArn: target ? String(resolveIntrinsics(target, physicals)) : null,
    };
  });
}

/**
 * The environment of every function: one process runs them all, so they share it. A setting in `overrides` takes
 * precedence and is not resolved. Throws where functions differ in a variable.
 */
export function environmentOf(
  template: Template,
  physicals: Physicals,
  overrides: Readonly<Record<string, string>>,
): Record<string, string> {
  const environment = new Map(Object.entries(overrides));
  const resolved = new Map<string, string>();
  for (const [name, value] of declaredVariables(template)) {
    if (name in overrides) continue;
    const source = JSON.stringify(value);
    const text = resolved.get(source) ?? String(resolveIntrinsics(value, physicals));
    resolved.set(source, text);
    if ((environment.get(name) ?? text) !== text)
      throw new Error(`The template: functions differ in ${name}, and the local cloud runs them in one process`);
    environment.set(name, text);
  }
  return Object.fromEntries(environment);
}

const declaredVariables = (template: Template): [string, unknown][] =>
  ofType(template, 'AWS::Lambda::Function').flatMap(([, { properties }]) => {
    const { Variables } = isRecord(properties.Environment) ? properties.Environment : {};
    return Object.entries(isRecord(Variables) ? Variables : {});
  });

/** A variable of the functions that refers to no resource. Throws where it is missing. */
export function plainSetting(template: Template, name: string): string {
  const [, value] = declaredVariables(template).find(([each]) => each === name) ?? [];
  if (typeof value !== 'string') throw new Error(`The template: no function has ${name} as plain text`);
  return value;
}
