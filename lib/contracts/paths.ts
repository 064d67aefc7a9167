/** The methods and paths of all operations. Bundles contain only this list (scripts/deploy/substitutes.ts). */
import document from '#docs/openapi.json' with { type: 'json' };

export const paths = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.keys(item).map((method) => ({ method: method.toUpperCase(), path })),
);
