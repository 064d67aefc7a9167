/** Names of attachments: `REDIS` is the app's primary name; the others have a colour, as in `REDIS_CYAN`. */
import type { App } from '#lib/model/app.ts';

export const primaryName = 'REDIS';

const colours = [
  'CYAN',
  'AMBER',
  'JADE',
  'ROSE',
  'COBALT',
  'OLIVE',
  'GOLD',
  'MAUVE',
  'TEAL',
  'COPPER',
  'IVORY',
  'NAVY',
  'PINK',
  'ONYX',
];

/** `REDIS`, or the first colour that the app does not use. */
export const freeName = (app: Pick<App, 'attachments'>): string =>
  app.attachments.some(({ name }) => name === primaryName) ? freeColour(app) : primaryName;

/** A secondary name: an unused colour, or a number if all colours are used. */
export function freeColour({ attachments }: Pick<App, 'attachments'>): string {
  const used = new Set(attachments.map(({ name }) => name));
  const colour = colours.find((each) => !used.has(`${primaryName}_${each}`));
  if (colour) return `${primaryName}_${colour}`;
  let number = colours.length + 1;
  while (used.has(`${primaryName}_${number}`)) number += 1;
  return `${primaryName}_${number}`;
}
