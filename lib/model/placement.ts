/**
 * Placements: subnets by space, instance types by plan, ECS services by app. Only the operator sets them, since a team
 * could otherwise put its servers into another team's network, or restart another team's service.
 */
import * as z from 'zod/mini';

export interface Network {
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
}

export interface EcsService {
  readonly cluster: string;
  readonly service: string;
}

export interface Placements {
  /** By space id; `default` is for databases of apps outside a space. */
  readonly network: Readonly<Record<string, Network>>;
  /** By plan, where they differ from `lib/fleet/ec2/instance-types.ts`. */
  readonly instanceType: Readonly<Record<string, string>>;
  /** By app id. */
  readonly ecsService: Readonly<Record<string, EcsService>>;
}

export type PlacementKind = keyof Placements;

/** The kinds by the names of their settings in a stage's file. */
export const placementSettings = {
  ec2Networks: 'network',
  ec2InstanceTypes: 'instanceType',
  ecsTargets: 'ecsService',
} as const satisfies Readonly<Record<string, PlacementKind>>;

const short = z.string().check(z.minLength(1), z.maxLength(255));
const ids = (prefix: string, most: number) =>
  z
    .array(z.string().check(z.regex(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), `As in ${prefix}-0123456789abcdef0`)))
    .check(z.minLength(1), z.maxLength(most));
const place = z.string().check(z.regex(/^(default|space_[0-9a-z]{1,40})$/, 'A space’s id, or `default`'));
const plan = z.string().check(z.regex(/^[a-z]+(-\d+)?$/, 'A plan’s name'));
const app = z.string().check(z.regex(/^app_[0-9a-z]{1,40}$/, 'An app’s id'));
const type = z.string().check(z.regex(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/, 'As in r7g.large'));

/** A setting that the file leaves out is not changed. */
const schema = z.object({
  ec2Networks: z.optional(
    z.record(place, z.strictObject({ subnets: ids('subnet', 16), securityGroups: ids('sg', 5) })),
  ),
  ec2InstanceTypes: z.optional(z.record(plan, type)),
  ecsTargets: z.optional(z.record(app, z.strictObject({ cluster: short, service: short }))),
});

/** Throws an error that names each invalid setting. */
export function placementsIn(settings: unknown): Partial<Placements> {
  const parsed = schema.safeParse(settings ?? {});
  if (!parsed.success) throw new Error(`The stage's placements are wrong:\n${z.prettifyError(parsed.error)}`);
  const { ec2Networks: network, ec2InstanceTypes: instanceType, ecsTargets: ecsService } = parsed.data;
  return { ...(network && { network }), ...(instanceType && { instanceType }), ...(ecsService && { ecsService }) };
}
