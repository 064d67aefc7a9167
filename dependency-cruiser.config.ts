/**
 * The layers of the code, types included: a layer imports only what stands before it in this list. docs/architecture.md
 * has the picture, which `npm run openapi` draws from the same imports.
 *
 *   lib/model            what things are; imports nothing else
 *   lib/{store,aws,fleet,http} adapters; know the model
 *   lib/<domain>         operations; know the model and get adapters as arguments
 *   lib/{contracts,edge,heroku}  the outermost layer: HTTP and events
 *   lib/wiring           joins them
 *   functions            entry points
 */
import type { ICruiseOptions, IForbiddenRuleType } from 'dependency-cruiser';

const adapters = '^lib/(aws|fleet|http|store)/';
const outermost = '^lib/(contracts|edge|heroku)/';
const operations = '^lib/(?!aws/|contracts/|edge/|fleet/|heroku/|http/|model/|store/|wiring/)[^/]+/';
const notShipped = '^(bench|console|local|packages|scripts|simulation|test)/';

const options: ICruiseOptions = {
  // Types count: the parser sees the sources before TypeScript removes type imports.
  tsPreCompilationDeps: true,
  parser: 'swc',
  doNotFollow: { path: 'node_modules' },
  exclude: { path: ['^node_modules', '^packages/[^/]+/(?!src/)'] },
  moduleSystems: ['es6'],
  enhancedResolveOptions: {
    exportsFields: ['exports'],
    conditionNames: ['deployed', 'import', 'node'],
    extensions: ['.ts', '.tsx', '.js'],
  },
};

export const layers = {
  forbidden: [
    {
      name: 'model-imports-nothing',
      comment: 'lib/model says what things are: it imports only itself.',
      from: { path: '^lib/model/' },
      to: { path: '^(lib|functions|statemachines)/', pathNot: '^lib/model/' },
    },
    {
      name: 'adapters-know-the-model',
      comment: 'An adapter imports the model, other adapters, settings and the log.',
      from: { path: adapters },
      to: { path: '^(lib|functions)/', pathNot: [adapters, '^lib/model/', '^lib/(config|log|keyed-mutex)\\.ts$'] },
    },
    {
      name: 'operations-take-adapters',
      comment: 'An operation gets adapters as arguments (lib/model/ports.ts); lib/wiring passes them.',
      from: { path: operations },
      to: { path: [adapters, outermost, '^lib/wiring/', '^functions/', '^lib/config\\.ts$'] },
    },
    {
      name: 'outermost-takes-adapters',
      comment: 'Contracts, edge and heroku get adapters as arguments; lib/wiring passes them.',
      from: { path: outermost },
      to: { path: [adapters, '^lib/wiring/', '^functions/'] },
    },
    {
      name: 'wiring-is-for-functions',
      comment: 'Only functions import lib/wiring.',
      from: { path: '^lib/', pathNot: '^lib/wiring/' },
      to: { path: ['^lib/wiring/', '^functions/'] },
    },
    {
      name: 'functions-are-declarations',
      comment: 'A function joins a pipeline with wiring, contracts and the model.',
      from: { path: '^functions/' },
      to: { path: [adapters, operations] },
    },
    {
      name: 'only-what-ships',
      comment: 'lib and functions hold what is deployed, and import nothing else.',
      from: { path: '^(lib|functions)/' },
      to: { path: notShipped },
    },
    {
      name: 'aws-local-stands-alone',
      comment: 'packages/aws-local imports nothing of Latchkey.',
      from: { path: '^packages/aws-local/' },
      to: {
        path: '^(bench|console|functions|lib|local|scripts|simulation|statemachines|test|packages/(?!aws-local/))/?',
      },
    },
    {
      name: 'process-fleet-knows-the-model',
      comment: 'packages/process-fleet implements the port of lib/model/fleet.ts.',
      from: { path: '^packages/process-fleet/src/' },
      to: { path: '^(lib|functions|local)/', pathNot: '^lib/model/' },
    },
    {
      name: 'tests-are-not-imported',
      comment: 'What tests share with others stands in simulation/ or in test-support of a package.',
      from: { pathNot: '(^|/)test/' },
      to: { path: '^test/' },
    },
    { name: 'no-cycle', comment: 'Modules form no cycle, types included.', from: {}, to: { circular: true } },
    {
      name: 'no-cycle-of-folders',
      comment: 'Folders of lib form no cycle.',
      from: { path: '^lib' },
      to: { circular: true },
      scope: 'folder',
    },
  ].map((rule): IForbiddenRuleType => ({ ...rule, severity: 'error' }) as IForbiddenRuleType),
  options,
};
