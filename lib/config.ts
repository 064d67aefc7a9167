/**
 * A deployment's settings, in capability pieces. A piece is read when a function first needs it, never at import, and
 * all its faults are reported at once.
 */
import * as z from 'zod/mini';
import { english, lazyObject } from './model/schema.ts';

function read<T extends z.core.$ZodShape>(shape: () => T): () => z.infer<z.ZodMiniObject<T>> {
  const schema = lazyObject(shape);
  return () => {
    const parsed = schema().safeParse(process.env, english);
    if (!parsed.success) throw new Error(`The deployment's settings are wrong:\n${z.prettifyError(parsed.error)}`);
    return parsed.data;
  };
}

const seconds = () => z.coerce.number().check(z.nonnegative());

export const tableConfig = read(() => ({ TABLE_NAME: z.string().check(z.minLength(1)) }));

export const regionConfig = read(() => ({ AWS_REGION: z.string().check(z.minLength(1)) }));

/** `REQUIRE_OWNERSHIP_PROOF` rejects a key whose policy allows other teams' encryption contexts, instead of warning. */
export const keyConfig = read(() => ({
  AWS_REGION: z.string().check(z.minLength(1)),
  PLATFORM_ACCOUNT_ID: z.string().check(z.regex(/^\d{12}$/)),
  /** Seconds between the two checks that open a lockout. */
  CONFIRMATION_SECONDS: seconds(),
  REQUIRE_OWNERSHIP_PROOF: z.stringbool(),
}));

/**
 * The principal that uses the volumes. Its access key is set unless it is the function's own role (AWS gives EC2 its
 * own).
 */
export const dataPlaneConfig = read(() => ({
  AWS_REGION: z.string().check(z.minLength(1)),
  DATA_PLANE_ROLE_ARN: z.string().check(z.startsWith('arn:')),
  DATA_PLANE_ACCESS_KEY_ID: z.optional(z.string()),
  DATA_PLANE_SECRET_ACCESS_KEY: z.optional(z.string()),
}));

export const platformKeyConfig = read(() => ({ PLATFORM_KEY_ARN: z.string().check(z.startsWith('arn:')) }));

const rate = () => z.coerce.number().check(z.positive());

/** The account's API rate limits per second; the defaults are those of a new account (docs/deploy.md). */
export const paceConfig = read(() => ({
  EC2_STARTS_PER_SECOND: z._default(rate(), 2),
  KMS_GRANTS_PER_SECOND: z._default(rate(), 50),
}));

/** The KMS key that signs evidence, on the curve P-256. */
export const evidenceConfig = read(() => ({ EVIDENCE_KEY_ARN: z.string().check(z.startsWith('arn:')) }));

/** Minutes between two checks of a key whose events are proven to arrive; 1 checks every key each minute. */
export const sweepConfig = read(() => ({
  SWEEP_MINUTES_WITH_EVENTS: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(60)), 5),
}));

export const lockoutConfig = read(() => ({ WAITING_PERIOD_SECONDS: seconds() }));

/** `MAIL_CONFIGURATION_SET` is the SES configuration set, which publishes bounces. */
export const mailConfig = read(() => ({
  MAIL_FROM: z.string().check(z.minLength(3)),
  MAIL_CONFIGURATION_SET: z.optional(z.string()),
}));

/** `allow` permits webhooks to this machine; packaging refuses it (scripts/deploy/settings.ts). */
export const webhookConfig = read(() => ({ WEBHOOK_LOOPBACK: z._default(z.enum(['refuse', 'allow']), 'refuse') }));

/** The API's base URL; seconds that a key has to settle before a notice; seconds between two mails of one notice. */
export const noticeConfig = read(() => ({
  API_URL: z.string().check(z.startsWith('http')),
  MAIL_SETTLE_SECONDS: seconds(),
  MAIL_PAUSE_SECONDS: seconds(),
}));

/** Seconds between two reads of a client that watches resources which do not change at the moment. */
export const clientConfig = read(() => ({ IDLE_POLL_SECONDS: z._default(seconds(), 30) }));

/** The rate limit of one team at one function instance. */
export const rateConfig = read(() => ({ REQUESTS_PER_SECOND: z.coerce.number().check(z.positive()) }));

export const eventConfig = read(() => ({ EVENT_BUS_NAME: z.string().check(z.minLength(1)) }));

/** Keeps every backup for `BACKUP_KEEP_DAYS`, and the newest `BACKUP_KEEP_COUNT` scheduled backups of a database. */
export const backupConfig = read(() => ({
  BACKUP_BUCKET: z.string().check(z.minLength(3)),
  BACKUP_KEEP_COUNT: z.coerce.number().check(z.int(), z.minimum(1)),
  BACKUP_KEEP_DAYS: z.coerce.number().check(z.positive()),
}));

/** Lambda sets them: the Region, and the credentials of the function's role. An endpoint is an emulator's. */
export const signingConfig = read(() => ({
  AWS_REGION: z.string().check(z.minLength(1)),
  AWS_ACCESS_KEY_ID: z.string().check(z.minLength(1)),
  AWS_SECRET_ACCESS_KEY: z.string().check(z.minLength(1)),
  AWS_SESSION_TOKEN: z.optional(z.string()),
  AWS_ENDPOINT_URL: z.optional(z.string()),
  AWS_ENDPOINT_URL_S3: z.optional(z.string()),
}));

export const workflowConfig = read(() => ({
  KEY_SHUTDOWN_MACHINE_ARN: z.string().check(z.startsWith('arn:')),
  KEY_RESTART_MACHINE_ARN: z.string().check(z.startsWith('arn:')),
  PROVISION_DATABASE_MACHINE_ARN: z.string().check(z.startsWith('arn:')),
  DESTROY_DATABASE_MACHINE_ARN: z.string().check(z.startsWith('arn:')),
  PROMOTE_DATABASE_MACHINE_ARN: z.string().check(z.startsWith('arn:')),
  BACKUP_DATABASE_MACHINE_ARN: z.string().check(z.startsWith('arn:')),
  DAILY_BACKUPS_MACHINE_ARN: z.string().check(z.startsWith('arn:')),
  DRILL_MACHINE_ARN: z.string().check(z.startsWith('arn:')),
}));

/**
 * How apps are restarted: `event` publishes a request, `process` restarts them on this machine, `ecs` deploys their
 * services.
 */
export const restartConfig = read(() => ({ RESTART_DRIVER: z.enum(['event', 'process', 'ecs']) }));

export const ec2FleetConfig = read(() => ({
  EC2_INSTANCE_PROFILE: z.string().check(z.minLength(1)),
  EC2_IMAGE: z.string().check(z.regex(/^(ami-[0-9a-f]+|resolve:ssm:.+)$/)),
  /** The release of Amazon Linux 2023 to which maintenance upgrades servers; empty for no upgrades. */
  EC2_OS_RELEASE: z._default(
    z.string().check(z.regex(/^(2023\.\d{1,3}\.\d{8})?$/, 'As in 2023.12.20260727, or empty')),
    '',
  ),
}));
