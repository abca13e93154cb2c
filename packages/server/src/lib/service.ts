/** Anything that runs for long. `start` returns when it is running; `stop` finishes what it holds and returns; both are safe twice. */
export interface Service {
  readonly name: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}
