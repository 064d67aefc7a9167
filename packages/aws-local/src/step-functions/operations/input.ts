/** Reads the members of a request. Throws AWS's errors for missing and invalid ones. */
import { AwsError } from '../../protocol.ts';

export type Input = Readonly<Record<string, unknown>>;

const invalid = (member: string, constraint: string, value = '') =>
  new AwsError(
    'ValidationException',
    `1 validation error detected: Value ${value}at '${member}' failed to satisfy constraint: Member must ${constraint}`,
  );

/** Throws `SerializationException` for a value of another type. */
function typed<T>(input: Input, member: string, is: (value: unknown) => value is T): T | undefined {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  if (is(value)) return value;
  throw new AwsError('SerializationException', `Unexpected type for the member '${member}'.`);
}

export function optionalText(
  input: Input,
  member: string,
  { min = 0, max = Number.POSITIVE_INFINITY } = {},
): string | undefined {
  const value = typed(input, member, (raw): raw is string => typeof raw === 'string');
  if (value === undefined) return undefined;
  const shown = value.length > 256 ? '' : `'${value}' `;
  if (value.length < min) throw invalid(member, `have length greater than or equal to ${min}`, shown);
  if (value.length > max) throw invalid(member, `have length less than or equal to ${max}`, shown);
  return value;
}

export function requiredText(
  input: Input,
  member: string,
  bounds: { min?: number; max?: number } = { min: 1, max: 256 },
): string {
  const value = optionalText(input, member, bounds);
  if (value === undefined) throw invalid(member, 'not be null', 'null ');
  return value;
}

export const flag = (input: Input, member: string): boolean =>
  typed(input, member, (raw): raw is boolean => typeof raw === 'boolean') ?? false;

export function choice<T extends string>(input: Input, member: string, allowed: readonly T[]): T | undefined {
  const value = optionalText(input, member);
  const found = allowed.find((one) => one === value);
  if (value !== undefined && found === undefined)
    throw invalid(member, `satisfy enum value set: [${allowed.join(', ')}]`, `'${value}' `);
  return found;
}

/** At most 1,000 entries; 100 by default. */
export function pageSize(input: Input): number {
  const size =
    typed(input, 'maxResults', (raw): raw is number => typeof raw === 'number' && Number.isInteger(raw)) ?? 0;
  if (size < 0) throw invalid('maxResults', 'have value greater than or equal to 0', `'${size}' `);
  if (size > 1000) throw invalid('maxResults', 'have value less than or equal to 1000', `'${size}' `);
  return size || 100;
}
