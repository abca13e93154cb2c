/** What the bus refuses; each protocol has its own words for it. */
export class EventRefusal extends Error {
  readonly reason: 'unknown topic' | 'invalid replay id' | 'daily limit';

  constructor(reason: EventRefusal['reason'], message: string) {
    super(message);
    this.name = 'EventRefusal';
    this.reason = reason;
  }
}
