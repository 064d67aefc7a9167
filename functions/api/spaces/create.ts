/** POST /v1/spaces: makes a space. */
import { createSpace } from '#lib/apps/create.ts';
import { CreateSpace } from '#lib/contracts/apps.ts';
import { endpoint } from '#lib/edge/endpoint.ts';
import { now } from '#lib/model/clock.ts';
import { newId } from '#lib/model/ids.ts';
import { recorder } from '#lib/wiring/recorder.ts';

export const handler = endpoint(CreateSpace, () => createSpace({ ...recorder(), newId, now }));
