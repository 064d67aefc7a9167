#!/usr/bin/env node
/** The command line: runs the emulators until SIGINT, SIGTERM or SIGHUP. */
import { parseArgs } from 'node:util';
import { defaultRegion } from './accounts.ts';
import { startAwsLocal } from './start.ts';

const help = `Emulates AWS services in one process, on loopback.

  aws-local [--dir .aws-local] [--port 4566] [--inbox-port 8005] [--region ${defaultRegion}] [--sender example.com]…

  --dir         where everything is kept; remove the folder to start over
  --port        of the endpoint for the AWS CLI and SDKs; 0 takes a free port
  --inbox-port  of the page that shows the mails sent through SES; 0 takes a free port
  --region      in the ARNs of tables, buses and rules
  --sender      an address or a domain that may send mail; may be repeated`;

const options = {
  help: { type: 'boolean', short: 'h', default: false },
  dir: { type: 'string', default: '.aws-local' },
  port: { type: 'string', default: '4566' },
  'inbox-port': { type: 'string', default: '8005' },
  region: { type: 'string', default: defaultRegion },
  sender: { type: 'string', multiple: true },
} as const;

function portOf(option: 'port' | 'inbox-port', text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port < 65_536) return port;
  throw new Error(`--${option} is a number from 0 to 65535, not ${JSON.stringify(text)}.`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options });
  if (values.help) return console.log(help);
  const stop = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.resolve());
  const aws = await startAwsLocal({
    dir: values.dir,
    port: portOf('port', values.port),
    inboxPort: portOf('inbox-port', values['inbox-port']),
    region: values.region,
    verifiedSenders: values.sender ?? [],
  });
  console.log(`AWS endpoint  ${aws.url}\nInbox         ${aws.inboxUrl}\nRegion        ${values.region}`);
  await stop.promise;
  await aws.close();
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
