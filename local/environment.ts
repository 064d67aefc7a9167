/** The settings that the local cloud gives the functions, and the variables that a person's shell gets to reach it. */
import { join } from 'node:path';
import { accessKey, customerAccount, dataPlaneAccessKey, dataPlaneRole, platformAccount, region } from './accounts.ts';

/** AWS's clients want a secret; the local cloud checks none. */
const secret = 'local';

export interface EnvironmentInput {
  readonly dir: string;
  readonly awsUrl: string;
  readonly apiUrl: string;
  readonly firstDatabasePort: number;
  readonly fleetDir: string;
  readonly memoryDir: string;
  /**
   * Whether this process runs apps that define a command. A `write` token can then run programs as this user. Off by
   * default.
   */
  readonly runsApps?: boolean | undefined;
}

/** The functions' settings that the local cloud makes itself; they take precedence over the template's. */
export const functionSettings = ({
  dir,
  awsUrl,
  apiUrl,
  firstDatabasePort,
  fleetDir,
  memoryDir,
  runsApps = false,
}: EnvironmentInput): Record<string, string> => ({
  AWS_ENDPOINT_URL: awsUrl,
  API_URL: apiUrl,
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: accessKey(platformAccount),
  AWS_SECRET_ACCESS_KEY: secret,
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: join(dir, 'no-config'),
  AWS_SHARED_CREDENTIALS_FILE: join(dir, 'no-credentials'),
  PLATFORM_ACCOUNT_ID: platformAccount,
  DATA_PLANE_ROLE_ARN: dataPlaneRole,
  DATA_PLANE_ACCESS_KEY_ID: dataPlaneAccessKey,
  DATA_PLANE_SECRET_ACCESS_KEY: secret,
  // One process answers for all functions.
  REQUESTS_PER_SECOND: '2000',
  RESTART_DRIVER: runsApps ? 'process' : 'event',
  // Receivers of a developer or a test run on this machine.
  WEBHOOK_LOOPBACK: 'allow',
  FLEET_DIR: fleetDir,
  FLEET_MEMORY_DIR: memoryDir,
  FLEET_FIRST_PORT: String(firstDatabasePort),
});

const pauses = ['CONFIRMATION_SECONDS', 'MAIL_SETTLE_SECONDS', 'MAIL_PAUSE_SECONDS', 'IDLE_POLL_SECONDS'];

/**
 * Pauses inside functions go at the speed too; the waiting period stays as it is, since it's the state machine's wait
 * that is shortened.
 */
export const hastened = (environment: Readonly<Record<string, string>>, speed: number): Record<string, string> => ({
  ...environment,
  ...Object.fromEntries(pauses.map((name) => [name, String(Number(environment[name]) / speed)])),
});

/**
 * Puts the environment into this process, without the AWS settings of its caller, so that nothing reaches a real
 * account. Returns a function that restores the former environment.
 */
export function enterEnvironment(environment: Readonly<Record<string, string>>): () => void {
  const before = { ...process.env };
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, environment);
  return () => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  };
}

export interface ShellSettings {
  readonly apiUrl: string;
  readonly awsUrl: string;
  readonly teamToken: string;
  readonly adminToken: string;
  /** What clients of the databases are to trust. */
  readonly authorityFile: string;
  /** The folder of the `aws` and `heroku` wrappers. */
  readonly binDir: string;
}

/**
 * The file for `source`: the customer's account, the API and its tokens, and what the Heroku CLI needs to talk to it.
 */
export function shellFile({ apiUrl, awsUrl, teamToken, adminToken, authorityFile, binDir }: ShellSettings): string {
  const variables = {
    LATCHKEY_URL: apiUrl,
    LATCHKEY_TOKEN: teamToken,
    LATCHKEY_ADMIN_TOKEN: adminToken,
    LATCHKEY_CA: authorityFile,
    // Node's clients verify databases by it without a setting of their own.
    NODE_EXTRA_CA_CERTS: authorityFile,
    AWS_ENDPOINT_URL: awsUrl,
    AWS_ACCESS_KEY_ID: accessKey(customerAccount),
    AWS_SECRET_ACCESS_KEY: secret,
    AWS_DEFAULT_REGION: region,
    AWS_REGION: region,
    AWS_ACCOUNT_ID: customerAccount,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    HEROKU_DATA_ACCOUNT_ID: platformAccount,
    HEROKU_HOST: apiUrl,
    HEROKU_API_KEY: teamToken,
    HEROKU_DATA_HOST: new URL(apiUrl).hostname,
    HEROKU_PARTICLEBOARD_URL: apiUrl,
    HEROKU_SKIP_NEW_VERSION_CHECK: '1',
    HEROKU_DISABLE_AUTOUPDATE: '1',
    HEROKU_NOTIFICATIONS: '0',
    DISABLE_TELEMETRY: 'true',
  };
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${quoted(value)}`);
  const path = `case ":$PATH:" in *:${quoted(binDir)}:*) ;; *) export PATH=${quoted(binDir)}:"$PATH" ;; esac`;
  return [
    '# Latchkey on this machine: `source` this file.',
    ...lines,
    'unset AWS_PROFILE AWS_SESSION_TOKEN HEROKU_HEADERS HEROKU_APP',
    path,
    '',
  ].join('\n');
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
