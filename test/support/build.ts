/** Re-exports the sample entities under the path that tests import. */
export * from '#simulation/samples.ts';
