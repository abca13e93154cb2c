import type { Store } from '../store/store.ts';

/** A choice to tell an entity's events on a channel, as `PlatformEventChannelMember` says it (A14). */
export interface ChannelMember {
  /** `ChangeEvents_LeadChangeEvent`. */
  readonly fullName: string;
  /** `ChangeEvents`, the standard channel, or a custom one: `X__chn`. */
  readonly channel: string;
  /** `LeadChangeEvent`, or `Sample__e` in a channel of platform events. */
  readonly entity: string;
}

/** A custom channel, `PlatformEventChannel`. */
export interface Channel {
  /** `X__chn`. */
  readonly name: string;
  readonly label: string;
  /** Whether it is followed as `/data/X__chn` or as `/event/X__chn`. */
  readonly type: 'data' | 'event';
}

interface Kept {
  readonly members: readonly ChannelMember[];
  readonly channels: readonly Channel[];
}

export const standardChannel = 'ChangeEvents';

/** Which events are told where; kept in the org's file. */
export class Channels {
  readonly #store: Store;
  #kept: Kept;

  constructor(store: Store) {
    this.#store = store;
    this.#kept = this.#read();
    store.onRestored(() => {
      this.#kept = this.#read();
    });
  }

  #read(): Kept {
    const kept = this.#store.setting('eventChannels');
    return kept === undefined ? { members: [], channels: [] } : (JSON.parse(kept) as Kept);
  }

  get members(): readonly ChannelMember[] {
    return this.#kept.members;
  }

  get custom(): readonly Channel[] {
    return this.#kept.channels;
  }

  /** Adds a member; one of the same name is replaced. */
  add(member: ChannelMember): void {
    const others = this.members.filter(({ fullName }) => !same(fullName, member.fullName));
    this.#keep({ members: [...others, member], channels: this.custom });
  }

  /** False if there was no such member. */
  remove(fullName: string): boolean {
    const members = this.members.filter((member) => !same(member.fullName, fullName));
    const found = members.length < this.members.length;
    if (found) this.#keep({ members, channels: this.custom });
    return found;
  }

  addChannel(channel: Channel): void {
    const others = this.custom.filter(({ name }) => !same(name, channel.name));
    this.#keep({ members: this.members, channels: [...others, channel] });
  }

  /** Its members go with it. False if there was no such channel. */
  removeChannel(name: string): boolean {
    const channels = this.custom.filter((channel) => !same(channel.name, name));
    const found = channels.length < this.custom.length;
    if (found) this.#keep({ members: this.members.filter(({ channel }) => !same(channel, name)), channels });
    return found;
  }

  channel(name: string): Channel | undefined {
    return this.custom.find((channel) => same(channel.name, name));
  }

  /** Names of events that a channel tells. */
  entitiesOf(channel: string): readonly string[] {
    return this.members.filter((member) => same(member.channel, channel)).map(({ entity }) => entity);
  }

  isChosen(entity: string): boolean {
    return this.members.some((member) => member.entity === entity);
  }

  #keep(kept: Kept): void {
    this.#kept = kept;
    this.#store.setSetting('eventChannels', JSON.stringify(kept));
  }
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
