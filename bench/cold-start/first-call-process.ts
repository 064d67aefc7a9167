/** Loads one bundle, calls its handler once, and prints the time of each in milliseconds. */
import { pathToFileURL } from 'node:url';
import { lambdaContext } from '../requests/events.ts';

interface Bundle {
  readonly handler: (event: unknown, context: unknown) => Promise<unknown>;
}

const [file = '', event = 'null'] = process.argv.slice(2);
const begun = performance.now();
const { handler } = (await import(pathToFileURL(file).href)) as Bundle;
const loaded = performance.now();
const outcome = await handler(JSON.parse(event), lambdaContext()).then(
  (response) => ({ response, failure: null }),
  (error: Error) => ({ response: null, failure: error.name }),
);
const ended = performance.now();
process.send?.({ init: loaded - begun, call: ended - loaded, ...outcome }, () => process.exit(0));
