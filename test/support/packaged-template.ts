/** Packages the template before any test of a run needs it, so that workers do not package it at the same time. */
import { localTemplate } from '../../scripts/deploy/local-template.ts';

// biome-ignore lint/style/noDefaultExport: Jest takes a set-up from there.
export default async function setUp(): Promise<void> {
  await localTemplate();
}
