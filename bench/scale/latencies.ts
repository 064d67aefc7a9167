/**
 * How long things take, in milliseconds: at least, at most; between them every value is as likely. AWS publishes no
 * such numbers, so these are assumptions, on the slow side of what small Linux instances in a Region of their own are
 * seen to do.
 */
export const latencies = {
  ec2Request: [120, 450],
  ssmRequest: [60, 250],
  dynamodbRead: [2, 8],
  dynamodbWrite: [4, 12],
  dynamodbTransaction: [12, 40],
  kmsRequest: [4, 20],
  eventBridgeRequest: [15, 60],
  /** From an event on the bus to its function. */
  delivery: [100, 500],
  s3Request: [20, 80],
  mailRequest: [80, 300],
  statesRequest: [20, 80],
  /** From one state to its function, and for the first of a sandbox. */
  dispatch: [20, 60],
  coldStart: [300, 700],
  /** From StopInstances to `stopped`, and again after EC2 detects that a system has shut itself down. */
  shutdown: [15_000, 40_000],
  /**
   * From the script that orders it, which is over at once, to a system that is down: two seconds that it waits, and its
   * units.
   */
  powerOff: [4000, 12_000],
  /** From StartInstances to the volumes' keys, and from there to `running`. */
  attach: [500, 4000],
  boot: [5000, 12_000],
  /** From `running` to an agent that takes commands. */
  agent: [8000, 20_000],
  /** From SendCommand to the script. */
  pickup: [300, 1500],
  /** The script: a verified save and a stop, or a start until the data is loaded. */
  saveAndStop: [2000, 8000],
  startAndLoad: [1500, 6000],
  shutDown: [100, 500],
  snapshot: [3000, 15_000],
  upload: [3000, 20_000],
} as const satisfies Record<string, readonly [number, number]>;

export type Latency = keyof typeof latencies;
