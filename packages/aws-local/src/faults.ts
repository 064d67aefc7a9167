/**
 * Hooks with which a test in the same process delays a call, makes it fail, or ends the process during it. They cannot
 * be reached over the network.
 */
import type { AwsEndpointOptions, Services } from './endpoint/endpoint.ts';
import type { Call } from './protocol.ts';

/** A state of a state machine that an execution has entered and journalled. */
export interface StatePlace {
  /** With the label of its Map, where the state is inside one: `…:key-shutdown/StopAllServices`. */
  readonly machineArn: string;
  readonly state: string;
}

export interface CallPlace extends Pick<Call, 'operation'> {
  readonly service: string;
  /** The caller's account; empty for a service that reads the credentials itself. */
  readonly accountId: string;
}

export interface Faults {
  /** Runs around a state's work; its outcome is journalled afterwards. A `StateFailure` thrown here fails the state. */
  aroundState<T>(place: StatePlace, work: () => Promise<T>): Promise<T>;
  /** Runs around a service's handling of a request. An `AwsError` thrown here is the service's response. */
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
      const call: typeof emulator.call = (request) =>
        aroundCall({ service, operation: request.operation, accountId: request.caller.accountId }, () =>
          emulator.call(request),
        );
      return [service, { ...emulator, call }];
    }),
  );
}
