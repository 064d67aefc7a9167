/** `npm run openapi`: generates every document that is derived from the code. The same code gives the same bytes. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { events } from '#lib/model/events.ts';
import { problems } from '#lib/model/problem.ts';
import { machineNames, readMachine } from '#statemachines/definitions.ts';
import { layersDiagram, withDiagram } from './documents/architecture.ts';
import { eventsPage } from './documents/events.ts';
import { type LockFile, licencesPage } from './documents/licences.ts';
import { openApiDocument } from './documents/openapi.ts';
import { problemsPage } from './documents/problems.ts';
import { machinesPage } from './documents/state-machines.ts';
import { cruiseSources } from './layers.ts';
import { lifecycleSvg } from './lifecycle-picture.ts';

const root = fileURLToPath(new URL('../', import.meta.url));

/** Each document by its path in the repository. */
export const generatedDocuments = (): Readonly<Record<string, string>> => ({
  'docs/openapi.json': `${JSON.stringify(openApiDocument(), null, 2)}\n`,
  'docs/problems.md': problemsPage(problems),
  'docs/events.md': eventsPage(events, readFileSync(`${root}examples/webhook-receiver/read-event.ts`, 'utf8')),
  'docs/licences.md': licencesPage(JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8')) as LockFile),
  'docs/lifecycle.svg': lifecycleSvg(),
  'statemachines/README.md': machinesPage(machineNames.map((name) => [name, readMachine(name)])),
});

if (import.meta.main) {
  for (const [path, text] of Object.entries(generatedDocuments())) writeFileSync(root + path, text);
  const architecture = `${root}docs/architecture.md`;
  writeFileSync(architecture, withDiagram(readFileSync(architecture, 'utf8'), layersDiagram(await cruiseSources())));
}
