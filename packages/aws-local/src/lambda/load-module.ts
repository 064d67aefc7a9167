/** Loads a function's file. A separate module, so that a bundler can replace it. */
import { pathToFileURL } from 'node:url';

export const loadModule = async (path: string): Promise<Record<string, unknown>> => import(pathToFileURL(path).href);
