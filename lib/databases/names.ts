/** Names: what a name may be, and one for a database whose maker gave none. */
import { randomInt } from 'node:crypto';

/** Lower case letters, digits and dashes, from a letter on, at most 63 characters. */
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
