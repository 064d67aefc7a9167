/** Loads a function's file. The bundle of `scripts/bundle-cloud.ts` has a `require` in this module's place: there is no type to take out of what it loads. */
import { pathToFileURL } from 'node:url';

export const loadModule = async (path: string): Promise<Record<string, unknown>> => import(pathToFileURL(path).href);
