/** Rules for names, and the default name of a database. */
import { randomInt } from 'node:crypto';

/** Starts with a letter; lower-case letters, digits and dashes; 3 to 63 characters. */
export const namePattern = /^[a-z][a-z0-9-]{1,61}[a-z0-9]$/;

const shapes = [
  'angular',
  'clear',
  'concave',
  'convex',
  'cubic',
  'curly',
  'flat',
  'octagonal',
  'round',
  'shaped',
  'solid',
  'spherical',
];

/** As in `redis-cubic-10482`. */
export const generatedName = (): string => `redis-${shapes[randomInt(shapes.length)]}-${randomInt(10_000, 100_000)}`;
