/**
 * What setup makes of events, as the Tooling API sees it: `PlatformEventChannelMember` (what is captured),
 * `PlatformEventChannel` and `ManagedEventSubscription`. Each is a record with `FullName` and `Metadata`.
 */
import { createHash } from 'node:crypto';
import { SalesforceError } from '../salesforce-error.ts';
import { makeId } from '../store/ids.ts';
import { standardChannel } from './channels.ts';
import type { Events } from './events.ts';

export type SetupObject = (typeof setupObjects)[number];
const setupObjects = ['PlatformEventChannelMember', 'PlatformEventChannel', 'ManagedEventSubscription'] as const;

/** In canonical case; undefined for objects that are none of these. */
export function setupObjectNamed(name: string): SetupObject | undefined {
  return setupObjects.find((object) => object.toLowerCase() === name.toLowerCase());
}

interface Named {
  readonly Id: string;
  readonly FullName: string;
  readonly DeveloperName: string;
  readonly MasterLabel: string;
  readonly NamespacePrefix: null;
}

export interface SetupRecord extends Named {
  readonly Metadata: Readonly<Record<string, unknown>>;
  /** Fields that queries compare beside these. */
  readonly [field: string]: unknown;
}

export function setupRecords(events: Events, object: SetupObject): readonly SetupRecord[] {
  switch (object) {
    case 'PlatformEventChannelMember':
      return events.channels.members.map(({ fullName, channel, entity }) => ({
        ...named('0v8', fullName, fullName),
        EventChannel: channel,
        SelectedEntity: entity,
        Metadata: { eventChannel: channel, selectedEntity: entity, enrichedFields: [], filterExpression: null },
      }));
    case 'PlatformEventChannel':
      return events.channels.custom.map(({ name, label, type }) => ({
        ...named('0YL', name, label),
        ChannelType: type,
        Metadata: { channelType: type, label },
      }));
    case 'ManagedEventSubscription':
      return events.managed.all.map(({ id, developerName, label, ...rest }) => ({
        ...named('18x', developerName, label),
        Id: id,
        TopicName: rest.topicName,
        State: rest.state,
        Metadata: { label, version: 68, urls: null, ...rest },
      }));
  }
}

/** Makes a record of its full name and metadata; its id. Throws with Salesforce's codes. */
export function createSetupRecord(
  events: Events,
  object: SetupObject,
  fullName: string,
  metadata: Readonly<Record<string, unknown>>,
): string {
  if (fullName === '')
    throw new SalesforceError(400, 'REQUIRED_FIELD_MISSING', 'Required fields are missing: [FullName]', ['FullName']);
  if (setupRecords(events, object).some(({ FullName }) => FullName.toLowerCase() === fullName.toLowerCase())) {
    throw new SalesforceError(400, 'DUPLICATE_DEVELOPER_NAME', `The developer name is already in use: ${fullName}`, [
      'FullName',
    ]);
  }
  make(events, object, fullName, metadata);
  const made = setupRecords(events, object).find(({ FullName }) => FullName === fullName);
  return made?.Id ?? '';
}

/** False if there is no such record. */
export function deleteSetupRecord(events: Events, object: SetupObject, id: string): boolean {
  const found = setupRecords(events, object).find(({ Id }) => Id.slice(0, 15) === id.slice(0, 15));
  if (found === undefined) return false;
  switch (object) {
    case 'PlatformEventChannelMember':
      return events.channels.remove(found.FullName);
    case 'PlatformEventChannel':
      return events.channels.removeChannel(found.FullName);
    case 'ManagedEventSubscription':
      return events.managed.remove(found.Id);
  }
}

function make(
  events: Events,
  object: SetupObject,
  fullName: string,
  metadata: Readonly<Record<string, unknown>>,
): void {
  const said = (name: string): string => (typeof metadata[name] === 'string' ? metadata[name] : '');
  switch (object) {
    case 'PlatformEventChannelMember': {
      const channel = said('eventChannel');
      if (channel !== standardChannel && events.channels.channel(channel) === undefined)
        throw invalid('eventChannel', channel);
      const given = said('selectedEntity');
      const topic = events.topic(`/data/${given}`) ?? events.topic(`/event/${given}`);
      if (topic?.schema === undefined) throw invalid('selectedEntity', given);
      events.channels.add({ fullName, channel, entity: topic.schema.event });
      return;
    }
    case 'PlatformEventChannel': {
      if (!fullName.endsWith('__chn')) throw invalid('FullName', fullName);
      const type = said('channelType');
      if (type !== 'data' && type !== 'event') throw invalid('channelType', type);
      events.channels.addChannel({ name: fullName, label: said('label') || fullName, type });
      return;
    }
    case 'ManagedEventSubscription': {
      const topicName = said('topicName');
      if (events.topic(topicName) === undefined) throw invalid('topicName', topicName);
      events.managed.put({
        developerName: fullName,
        label: said('label') || fullName,
        topicName,
        defaultReplay: said('defaultReplay') === 'EARLIEST' ? 'EARLIEST' : 'LATEST',
        errorRecoveryReplay: said('errorRecoveryReplay') === 'EARLIEST' ? 'EARLIEST' : 'LATEST',
        state: said('state') === 'STOP' ? 'STOP' : 'RUN',
      });
    }
  }
}

function invalid(field: string, value: string): SalesforceError {
  return new SalesforceError(400, 'FIELD_INTEGRITY_EXCEPTION', `${field}: '${value}' is not valid here.`, [field]);
}

/** A record's id follows from its name, since nothing else of it is kept. */
function named(prefix: string, fullName: string, label: string): Named {
  const number = createHash('md5').update(fullName.toLowerCase()).digest().readUIntBE(0, 5);
  return {
    Id: makeId(prefix, number),
    FullName: fullName,
    DeveloperName: fullName,
    MasterLabel: label,
    NamespacePrefix: null,
  };
}
