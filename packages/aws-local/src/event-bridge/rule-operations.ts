/**
 * PutRule, DescribeRule, ListRules, EnableRule, DisableRule and DeleteRule.
 * Does not: support schedules, tags, rules of AWS services or paging.
 */
import { AwsError, type Call } from '../protocol.ts';
import { accountOf, type Bus, type Buses } from './buses.ts';
import { parsePattern } from './pattern.ts';
import { type Rule, type Rules, ruleArn, type State } from './rules.ts';

export interface Registry {
  readonly buses: Buses;
  readonly rules: Rules;
}

const states: readonly string[] = [
  'ENABLED',
  'DISABLED',
  'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS',
] satisfies State[];
const maxRules = 300;
export const validationError = (message: string) => new AwsError('ValidationException', message);

/** Throws `AccessDeniedException` for another account's bus. */
function requireOwnBus({ buses }: Registry, { input, caller, operation }: Call): Bus {
  const bus = buses.named(input.EventBusName, caller.accountId);
  if (accountOf(bus.arn) === caller.accountId) return bus;
  throw new AwsError(
    'AccessDeniedException',
    `User: ${caller.arn} is not authorized to perform: events:${operation} on resource: ${bus.arn}`,
  );
}

/** Throws `ResourceNotFoundException`. */
export function requireOwnRule(registry: Registry, call: Call, member: 'Name' | 'Rule' = 'Name'): Rule {
  const bus = requireOwnBus(registry, call);
  const name = call.input[member];
  const rule = typeof name === 'string' ? registry.rules.find(bus, name) : undefined;
  if (!rule) throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${bus.name}.`);
  return rule;
}

export function requireChangeable({ rules }: Registry, rule: Rule): Rule {
  if (rules.isDeclared(rule))
    throw new AwsError('ManagedRuleException', `Rule ${rule.name} is managed by the deployment and can't be changed.`);
  return rule;
}

export function putRule(registry: Registry, call: Call): unknown {
  const { name, pattern, state } = checkedRule(call.input);
  const bus = requireOwnBus(registry, call);
  parsePattern(pattern);
  const existing = registry.rules.find(bus, name);
  if (existing) requireChangeable(registry, existing);
  else if (registry.rules.on(bus.arn).length >= maxRules) {
    throw new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
  }
  const { Description: description, RoleArn: roleArn } = call.input;
  const rule: Rule = {
    name,
    busArn: bus.arn,
    busName: bus.name,
    pattern,
    state,
    targets: existing?.targets ?? [],
    ...(typeof description === 'string' && { description }),
    ...(typeof roleArn === 'string' && { roleArn }),
  };
  registry.rules.save(rule);
  return { RuleArn: ruleArn(rule) };
}

function checkedRule({
  Name: name,
  EventPattern: pattern,
  ScheduleExpression: schedule,
  State: state = 'ENABLED',
}: Call['input']) {
  if (typeof name !== 'string' || !/^[.\-_A-Za-z0-9]{1,64}$/.test(name)) {
    throw validationError(constraint(`'${name}' at 'name'`, 'satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+'));
  }
  if (schedule !== undefined)
    throw validationError('Parameter ScheduleExpression is not valid: this emulator has no schedules.');
  if (typeof pattern !== 'string' || pattern === '')
    throw validationError('Parameter(s) EventPattern or ScheduleExpression must be specified.');
  if (typeof state !== 'string' || !states.includes(state)) {
    throw validationError(constraint(`'${state}' at 'state'`, `satisfy enum value set: [${states.join(', ')}]`));
  }
  return { name, pattern, state: state as State };
}

export const constraint = (value: string, rule: string) =>
  `1 validation error detected: Value ${value} failed to satisfy constraint: Member must ${rule}`;

const described = (rule: Rule) => ({
  Name: rule.name,
  Arn: ruleArn(rule),
  EventPattern: rule.pattern,
  State: rule.state,
  EventBusName: rule.busName,
  ...(rule.description !== undefined && { Description: rule.description }),
  ...(rule.roleArn !== undefined && { RoleArn: rule.roleArn }),
});

export const describeRule = (registry: Registry, call: Call): unknown => ({
  ...described(requireOwnRule(registry, call)),
  CreatedBy: call.caller.accountId,
});

export function listRules(registry: Registry, call: Call): unknown {
  const prefix = String(call.input.NamePrefix ?? '');
  const rules = registry.rules.on(requireOwnBus(registry, call).arn).filter(({ name }) => name.startsWith(prefix));
  return { Rules: rules.map(described) };
}

export const setState =
  (state: State) =>
  (registry: Registry, call: Call): unknown => {
    registry.rules.save({ ...requireChangeable(registry, requireOwnRule(registry, call)), state });
    return {};
  };

/** Succeeds for a rule that does not exist. */
export function deleteRule(registry: Registry, call: Call): unknown {
  const bus = requireOwnBus(registry, call);
  const rule = registry.rules.find(bus, String(call.input.Name));
  if (!rule) return {};
  if (requireChangeable(registry, rule).targets.length > 0)
    throw validationError("Rule can't be deleted since it has targets.");
  registry.rules.remove(rule);
  return {};
}
