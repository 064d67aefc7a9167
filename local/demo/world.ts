/**
 * What a chapter can reach: the customer's tool, the API, the admins' inbox, and the folders that Redis's data lies in.
 */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { trustAuthority } from '../authority.ts';
import type { CloudFacts } from './cloud-messages.ts';
import { type HerokuCli, herokuCli } from './heroku-cli.ts';
import { createInbox, type Inbox } from './inbox.ts';
import type { KeyTool } from './key-tool.ts';
import { cliKeyTool } from './key-tool-cli.ts';
import { sdkKeyTool } from './key-tool-sdk.ts';
import { createLatchkeyApi, type LatchkeyApi } from './latchkey-api.ts';
import { speed } from './speed.ts';
import type { Stage } from './stage.ts';

export interface World {
  readonly keys: KeyTool;
  /** Null where there is none on the PATH. */
  readonly heroku: HerokuCli | null;
  readonly api: LatchkeyApi;
  /** The same, as the team's administrator. */
  readonly adminApi: LatchkeyApi;
  readonly inbox: Inbox;
  readonly serversDir: string;
  readonly memoryDir: string;
  readonly speed: number;
}

/** What every chapter is given. */
export interface Play {
  readonly stage: Stage;
  readonly world: World;
}

export async function openWorld(facts: CloudFacts, signal: AbortSignal): Promise<World> {
  const folder = join(dirname(facts.shellFile), 'customer');
  mkdirSync(folder, { mode: 0o700 });
  trustAuthority(dirname(facts.shellFile));
  const shell = { settings: facts.shellFile, folder, signal };
  return {
    keys: (await cliKeyTool(shell)) ?? sdkKeyTool(facts.awsUrl),
    heroku: herokuCli(shell),
    api: createLatchkeyApi(facts.apiUrl, facts.teamToken),
    adminApi: createLatchkeyApi(facts.apiUrl, facts.adminToken),
    inbox: createInbox(facts.inboxUrl),
    serversDir: facts.serversDir,
    memoryDir: facts.memoryDir,
    speed,
  };
}
