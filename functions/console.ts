/** GET /console/…: the static files of the web console. It reads nothing of the deployment, so it needs no right. */

import { staticFiles } from '#lib/edge/static-files.ts';
import { consoleFiles } from '#lib/wiring/console-files.ts';

export const handler = staticFiles('/console', consoleFiles);
