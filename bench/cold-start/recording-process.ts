/**
 * Calls a function from its sources once, with the fleet of a deployment (`--conditions=deployed`), and sends the calls
 * of AWS that it made, in groups.
 */
import { pathToFileURL } from 'node:url';
import { lambdaContext } from '../requests/events.ts';
import { recordedCalls, waves } from '../requests/recorded-calls.ts';

const [file = '', event = 'null'] = process.argv.slice(2);
const { handler } = (await import(pathToFileURL(file).href)) as {
  handler: (event: unknown, context: unknown) => Promise<unknown>;
};
const calls = await recordedCalls(() => handler(JSON.parse(event), lambdaContext()).catch(() => undefined));
const groups = waves(calls).map((group) => group.map(({ client, command, input }) => ({ client, command, input })));
process.send?.(groups, () => process.exit(0));
