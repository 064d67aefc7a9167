/**
 * What a test may do to the local cloud from inside its process: whatever passes here can be held up, refused, or be the last thing that the
 * process does. `make start` has none, and nothing on the network leads here.
 */
import type { AwsEndpointOptions, Services } from './endpoint/endpoint.ts';
import type { Call } from './protocol.ts';

/** A state of a state machine that an execution has entered, which is journalled by then. */
export interface StatePlace {
  /** With the label of its Map, where the state is inside one: `…:key-shutdown/StopAllServices`. */
  readonly machineArn: string;
  readonly state: string;
}

export interface CallPlace extends Pick<Call, 'operation'> {
  readonly service: string;
  /** Whose request it is; empty where the service's emulator reads that itself. */
  readonly accountId: string;
}

export interface Faults {
  /** Around what a state does; what comes of it is journalled afterwards. A `StateFailure` that is thrown here is the state's own. */
  aroundState<T>(place: StatePlace, work: () => Promise<T>): Promise<T>;
  /** Around what a service does for a request. An `AwsError` that is thrown here is the service's answer. */
  aroundCall<T>(place: CallPlace, work: () => Promise<T>): Promise<T>;
}

export const noFaults: Faults = { aroundState: (_place, work) => work(), aroundCall: (_place, work) => work() };

/** The services, with `aroundCall` in front of each. */
export function withFaults(
  services: Services,
  { aroundCall }: Pick<Faults, 'aroundCall'>,
): AwsEndpointOptions['services'] {
  return Object.fromEntries(
    Object.entries(services).map(([service, emulator]) => {
      if ('forward' in emulator) {
        const forward: typeof emulator.forward = (request) => {
          const operation = new URLSearchParams(request.body).get('Action') ?? '';
          return aroundCall({ service, operation, accountId: '' }, () => emulator.forward(request));
        };
        return [service, { forward }];
      }
      const call: typeof emulator.call = (asked) =>
        aroundCall({ service, operation: asked.operation, accountId: asked.caller.accountId }, () =>
          emulator.call(asked),
        );
      return [service, { ...emulator, call }];
    }),
  );
}
