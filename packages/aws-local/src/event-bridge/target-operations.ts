/**
 * PutTargets, RemoveTargets and ListTargetsByRule.
 * Does not: transform a target's input (Input, InputPath and InputTransformer are refused), assume its role, or apply
 * its retry policy.
 */
import { AwsError, type Call } from '../protocol.ts';
import { constraint, type Registry, requireChangeable, requireOwnRule, validationError } from './rule-operations.ts';
import type { Target } from './rules.ts';

/** Quotas, user guide: five targets for each rule. */
const maxTargets = 5;

export function putTargets(registry: Registry, call: Call): unknown {
  const given = call.input.Targets;
  if (!Array.isArray(given) || given.length === 0) {
    throw validationError(constraint("'[]' at 'targets'", 'have length greater than or equal to 1'));
  }
  const targets = given.map(asTarget);
  const rule = requireChangeable(registry, requireOwnRule(registry, call, 'Rule'));
  const ids = new Set(targets.map(({ Id }) => Id));
  const all = [...rule.targets.filter(({ Id }) => !ids.has(Id)), ...targets];
  if (all.length > maxTargets)
    throw new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
  registry.rules.save({ ...rule, targets: all });
  return { FailedEntryCount: 0, FailedEntries: [] };
}

function asTarget(target: Record<string, unknown>, index: number): Target {
  const { Id, Arn } = target;
  if (typeof Id !== 'string' || !/^[.\-_A-Za-z0-9]{1,64}$/.test(Id)) {
    throw validationError(
      constraint(
        `'${Id}' at 'targets.${index + 1}.member.id'`,
        'satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+',
      ),
    );
  }
  if (typeof Arn !== 'string' || !/^arn:aws:[a-z0-9-]+:[a-z0-9-]*:\d{12}:\S+$/.test(Arn)) {
    throw validationError(`Parameter ${Arn} is not valid. Reason: Provided Arn is not in correct format.`);
  }
  const transformation = ['Input', 'InputPath', 'InputTransformer'].find((member) => target[member] !== undefined);
  if (transformation)
    throw validationError(`Parameter ${transformation} is not valid: this emulator does not transform events.`);
  return { ...target, Id, Arn };
}

export function removeTargets(registry: Registry, call: Call): unknown {
  const rule = requireChangeable(registry, requireOwnRule(registry, call, 'Rule'));
  const ids = new Set(Array.isArray(call.input.Ids) ? call.input.Ids : []);
  const unknown = [...ids].filter((id) => !rule.targets.some(({ Id }) => Id === id));
  registry.rules.save({ ...rule, targets: rule.targets.filter(({ Id }) => !ids.has(Id)) });
  return {
    FailedEntryCount: unknown.length,
    FailedEntries: unknown.map((TargetId) => ({
      TargetId,
      ErrorCode: 'ResourceNotFoundException',
      ErrorMessage: `Rule ${rule.name} does not have target(s) ${TargetId}`,
    })),
  };
}

export const listTargetsByRule = (registry: Registry, call: Call): unknown => ({
  Targets: requireOwnRule(registry, call, 'Rule').targets,
});
