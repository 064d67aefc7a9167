/**
 * Map: runs its processor once per item, INLINE in the same execution or DISTRIBUTED with a child execution each.
 * Does not: read items from S3, batch them, write results to S3, take an object for `Items`, or run EXPRESS children.
 * A tolerated failure is `{ Error, Cause }` at the item's index in the result.
 * Source: Step Functions guide, "state-map-inline", "state-map-distributed".
 */
import type { MapProgress } from '../cursor.ts';
import { exitState, limit, readExitFields, readNext, tooLarge } from '../exit.ts';
import { count, evaluateAs, list, percentage, type Template, text } from '../expressions.ts';
import { errorOutput, invalidDefinition, queryEvaluationError, StateFailure, thresholdExceeded } from '../failure.ts';
import { type Fields, readFields } from '../fields.ts';
import { detailed, failed } from '../history.ts';
import type { Json } from '../json.ts';
import { readCatchers, readRetriers } from '../retry.ts';
import type { Flow, ItemOutcome, Processor, State, Step } from '../state.ts';
import { runPool } from './pool.ts';

/**
 * The default concurrency: AWS's for an inline Map; for a distributed one, a bound for one machine instead of AWS's
 * 10,000.
 */
const defaultConcurrency = { INLINE: 40, DISTRIBUTED: 100 };

interface MapFields {
  readonly processor: Processor;
  readonly items: Template | undefined;
  readonly selector: Template | undefined;
  readonly concurrency: Template | undefined;
  readonly toleratedCount: Template | undefined;
  readonly toleratedPercentage: Template | undefined;
}

export function readMap(name: string, fields: Fields, readFlow: (value: Fields) => Flow): State {
  const map = readMapFields(name, fields, readFlow);
  const { assigns, ...exit } = readExitFields(fields, { seen: ['result'] });
  const next = readNext(fields);
  const catchers = readCatchers(fields);
  return {
    name,
    type: 'Map',
    retriers: readRetriers(fields),
    catchers,
    targets: [...(next === null ? [] : [next]), ...catchers.map((catcher) => catcher.next)],
    assigns: [...assigns, ...catchers.flatMap((catcher) => catcher.assigns)],
    processor: map.processor,
    run: async (step) => {
      const progress = step.cursor.map ?? (await startMap(step, map));
      const result =
        progress.runArn === null
          ? await runInline(step, map, progress)
          : await runDistributed(step, map, { progress, arn: progress.runArn });
      limit(result, () => tooLarge(step.name));
      step.addEvent({ type: 'MapStateSucceeded' });
      return exitState(step, { ...exit, next }, { states: { result }, result });
    },
  };
}

function readMapFields(name: string, fields: Fields, readFlow: (value: Fields) => Flow): MapFields {
  const body = readFields(fields.take('ItemProcessor'), `${fields.where}/ItemProcessor`);
  const config = readFields(body.take('ProcessorConfig') ?? {}, `${body.where}/ProcessorConfig`);
  const mode = config.literal('Mode', text) ?? 'INLINE';
  const type = config.literal('ExecutionType', text);
  if (mode !== 'INLINE' && mode !== 'DISTRIBUTED')
    throw invalidDefinition('Mode must be INLINE or DISTRIBUTED', config.where);
  if (mode === 'DISTRIBUTED' ? type !== 'STANDARD' : type !== undefined)
    throw invalidDefinition("ExecutionType must be 'STANDARD' with DISTRIBUTED, and absent with INLINE", config.where);
  config.end();
  return {
    processor: { mode, label: mode === 'INLINE' ? '' : readLabel(name, fields), ...readFlow(body) },
    items: fields.checked('Items', list),
    selector: fields.template('ItemSelector'),
    concurrency: fields.checked('MaxConcurrency', count),
    ...readTolerance(fields, mode),
  };
}

/** The fields are valid in an inline Map, without effect. */
function readTolerance(
  fields: Fields,
  mode: Processor['mode'],
): Pick<MapFields, 'toleratedCount' | 'toleratedPercentage'> {
  const toleratedCount = fields.checked('ToleratedFailureCount', count);
  const toleratedPercentage = fields.checked('ToleratedFailurePercentage', percentage);
  return mode === 'INLINE'
    ? { toleratedCount: undefined, toleratedPercentage: undefined }
    : { toleratedCount, toleratedPercentage };
}

/** The label in the ARNs of the Map's runs; by default derived from the state's name. */
function readLabel(name: string, fields: Fields): string {
  const label = fields.literal('Label', text);
  if (label !== undefined && !/^[\w.-]{1,40}$/.test(label))
    throw invalidDefinition('Label has 1 to 40 letters, digits, dots, hyphens and underscores', fields.where);
  return label ?? name.replace(/[^\w.-]/g, '').slice(0, 40);
}

/** Evaluates the settings and items, and journals them, so that a restart continues with the same items. */
async function startMap(step: Step, map: MapFields): Promise<MapProgress> {
  const bindings = step.bindings();
  const evaluateCount = (template: Template | undefined) => (template ? evaluateAs(template, bindings, count) : 0);
  const items = map.items ? await evaluateAs(map.items, bindings, list) : step.cursor.input;
  if (!list.is(items))
    throw new StateFailure(queryEvaluationError, 'The state input is not an array, and there is no Items field.', {
      location: 'Items',
    });
  const progress: MapProgress = {
    items,
    concurrency: (await evaluateCount(map.concurrency)) || defaultConcurrency[map.processor.mode],
    runArn: map.processor.mode === 'INLINE' ? null : step.newMapRun(map.processor.label),
    toleratedCount: await evaluateCount(map.toleratedCount),
    toleratedPercentage: map.toleratedPercentage ? await evaluateAs(map.toleratedPercentage, bindings, percentage) : 0,
  };
  step.addEvent(detailed('MapStateStarted', { length: items.length }));
  if (progress.runArn !== null) step.addEvent(detailed('MapRunStarted', { mapRunArn: progress.runArn }));
  step.record({ map: progress });
  return progress;
}

async function selectItem(step: Step, map: MapFields, item: { index: number; value: Json }): Promise<Json> {
  if (!map.selector) return item.value;
  const context = { Map: { Item: { Index: item.index, Value: item.value } } };
  const input = await map.selector.evaluate(step.bindings({ context }));
  limit(input, () => tooLarge(step.name));
  return input;
}

async function runInline(step: Step, map: MapFields, progress: MapProgress): Promise<Json> {
  try {
    return await runPool(progress, step.signal, (index, signal) => {
      const item = progress.items[index] ?? null;
      return step.iterate({
        index,
        item,
        processor: map.processor,
        signal,
        select: () => selectItem(step, map, { index, value: item }),
      });
    });
  } catch (thrown) {
    if (thrown instanceof StateFailure) step.addEvent({ type: 'MapStateFailed' });
    throw thrown;
  }
}

async function runDistributed(
  step: Step,
  map: MapFields,
  { progress, arn }: { progress: MapProgress; arn: string },
): Promise<Json> {
  const run = { arn, processor: map.processor, progress };
  try {
    if (step.openMapRun(run) === 'FAILED') throw tooManyFailures();
    let failures = 0;
    const outcomes = await runPool(progress, step.signal, async (index) => {
      const value = progress.items[index] ?? null;
      const outcome = await step.runChild({ run, index, select: () => selectItem(step, map, { index, value }) });
      if ('error' in outcome && exceeds(progress, ++failures)) throw tooManyFailures();
      return resultOf(outcome);
    });
    step.closeMapRun(arn, 'SUCCEEDED');
    step.addEvent({ type: 'MapRunSucceeded' });
    return outcomes;
  } catch (thrown) {
    if (thrown instanceof StateFailure) {
      step.closeMapRun(arn, 'FAILED');
      step.addEvent(failed('MapRunFailed', thrown));
      step.addEvent({ type: 'MapStateFailed' });
    }
    throw thrown;
  }
}

const resultOf = (outcome: ItemOutcome): Json =>
  'output' in outcome ? outcome.output : errorOutput(new StateFailure(outcome.error, outcome.text));

/** A threshold that is 0 or not set is ignored if the other one is set. */
function exceeds({ items, toleratedCount, toleratedPercentage }: MapProgress, failures: number): boolean {
  if (!toleratedCount && !toleratedPercentage) return true;
  const overCount = toleratedCount > 0 && failures > toleratedCount;
  return overCount || (toleratedPercentage > 0 && (failures / items.length) * 100 > toleratedPercentage);
}

const tooManyFailures = () =>
  new StateFailure(thresholdExceeded, 'The specified tolerated failure threshold was exceeded');
