/** The Metadata API by SOAP (A17), and the options and answers that its REST deployment shares. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Session } from '../access/access.ts';
import type { Org } from '../org.ts';
import type { Usage } from '../rest/usage.ts';
import { SalesforceError } from '../salesforce-error.ts';
import { readEnvelope, type SoapCall } from '../soap/envelope.ts';
import { admit, checkVersion, sessionIn } from '../soap/session.ts';
import { childOf, childrenOf, type Element, isTrue, textIn, textsIn } from '../xml/read.ts';
import { element, elements, envelope, fault } from '../xml/write.ts';
import type { Component } from './components.ts';
import { deployResult } from './deploy-status.ts';
import type { Saved } from './metadata.ts';
import { describeMetadata } from './retrieve.ts';
import { type Tree, treeOf } from './tree.ts';

const namespace = 'http://soap.sforce.com/2006/04/metadata';
const itemsMax = 10;

interface Operating {
  readonly org: Org;
  readonly session: Session;
  readonly call: SoapCall;
}

export function registerMetadataSoap(app: FastifyInstance, org: Org, usage: Usage): void {
  app.addContentTypeParser(['text/xml', 'application/soap+xml'], { parseAs: 'string' }, (_, body, done) => {
    done(null, String(body));
  });
  for (const path of ['/services/Soap/m/:version', '/services/Soap/m/:version/:org']) {
    app.post(path, (request, reply) => answer(org, usage, request, reply));
  }
}

function answer(org: Org, usage: Usage, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  void reply.type('text/xml; charset=utf-8');
  const { version = '' } = request.params as { version?: string };
  try {
    const call = readEnvelope(request.body);
    checkVersion(version);
    const session = sessionIn(org, call, version);
    admit(org, usage);
    const operation = operations[call.name];
    if (operation === undefined) {
      throw new SalesforceError(500, 'INVALID_OPERATION', `The operation ${call.name} is not available in this org.`);
    }
    const inside = operation({ org, session, call });
    return reply.send(envelope(`xmlns="${namespace}"`, `<${call.name}Response>${inside}</${call.name}Response>`));
  } catch (error) {
    const code = error instanceof SalesforceError ? error.errorCode : 'UNKNOWN_EXCEPTION';
    return reply.code(500).send(fault(code, error instanceof Error ? error.message : String(error), namespace));
  }
}

const operations: Readonly<Record<string, (operating: Operating) => string>> = {
  createMetadata: (of) => save(of, 'create'),
  updateMetadata: (of) => save(of, 'update'),
  upsertMetadata: (of) => save(of, 'upsert'),
  deleteMetadata: ({ org, session, call }) => {
    const names = bounded(textsIn(call.body, 'fullNames'));
    return org.metadata
      .remove(session.user, textIn(call.body, 'type') ?? '', names)
      .map((one) => savedXml(one, false))
      .join('');
  },
  renameMetadata: ({ org, session, call }) => {
    const [type = '', from = '', to = ''] = ['type', 'oldFullName', 'newFullName'].map((name) =>
      textIn(call.body, name),
    );
    return savedXml(org.metadata.rename(session.user, type, from, to), false);
  },
  readMetadata,
  listMetadata,
  describeMetadata: () =>
    result({
      metadataObjects: describeMetadata(),
      organizationNamespace: '',
      partialSaveAllowed: true,
      testRequired: false,
    }),
  deploy,
  checkDeployStatus: ({ org, call }) => {
    const deployment = org.deployments.find(textIn(call.body, 'asyncProcessId') ?? '');
    if (deployment === undefined) throw noSuchId(call, 'asyncProcessId');
    return result(deployResult(deployment, isTrue(call.body, 'includeDetails')));
  },
  cancelDeploy: ({ org, call }) => {
    const deployment = org.deployments.find(textIn(call.body, 'String') ?? textIn(call.body, 'asyncProcessId') ?? '');
    if (deployment === undefined) throw noSuchId(call, 'String');
    // A deployment is over when its id is known, so there is nothing left to cancel.
    return result({ done: true, id: deployment.id });
  },
  deployRecentValidation: ({ org, session, call }) => {
    const deployment = org.deployments.quick(session.user, textIn(call.body, 'validationId') ?? '');
    if (deployment === undefined) throw noSuchId(call, 'validationId');
    return element('result', deployment.id);
  },
  retrieve,
  checkRetrieveStatus,
};

function result(of: object): string {
  return `<result>${elements(of)}</result>`;
}

function bounded<T>(items: readonly T[]): readonly T[] {
  if (items.length <= itemsMax) return items;
  throw new SalesforceError(500, 'LIMIT_EXCEEDED', `limit exceeded: a call takes ${itemsMax} components`);
}

function noSuchId(call: SoapCall, name: string): SalesforceError {
  return new SalesforceError(
    500,
    'INVALID_CROSS_REFERENCE_KEY',
    `invalid cross reference id: ${textIn(call.body, name)}`,
  );
}

function save({ org, session, call }: Operating, how: 'create' | 'update' | 'upsert'): string {
  const given = bounded(childrenOf(call.body, 'metadata'));
  return given
    .flatMap((one) => org.metadata[how](session.user, typeOf(one), [ownTree(one)]))
    .map((one) => savedXml(one, how === 'upsert'))
    .join('');
}

function typeOf(given: Element): string {
  if (given.type !== undefined) return given.type;
  throw new SalesforceError(500, 'INVALID_TYPE', 'Each metadata element says its type as xsi:type');
}

function ownTree(given: Element): Tree {
  return treeOf(given);
}

function savedXml({ fullName, success, created, errors }: Saved, isUpsert: boolean): string {
  const told = errors.map(({ fields, message, statusCode }) => ({ fields, message, statusCode }));
  return result({ ...(isUpsert ? { created } : {}), errors: told, fullName, success });
}

function readMetadata({ org, session, call }: Operating): string {
  org.metadata.allow(session.user);
  const type = textIn(call.body, 'type') ?? '';
  const records = bounded(textsIn(call.body, 'fullNames')).map((fullName) => {
    const tree = org.metadata.read(session.user, type, fullName);
    if (tree === undefined) return '<records xsi:nil="true"/>';
    return `<records xsi:type="${type}">${elements({ fullName, ...tree })}</records>`;
  });
  return `<result>${records.join('')}</result>`;
}

function listMetadata({ org, session, call }: Operating): string {
  org.metadata.allow(session.user);
  return childrenOf(call.body, 'queries')
    .flatMap((query) => org.metadata.list(session.user, textIn(query, 'type') ?? ''))
    .map((component) => result(fileProperties(org, component)))
    .join('');
}

function fileProperties(org: Org, component: Component, fileName?: string): Readonly<Record<string, unknown>> {
  const name = (id: string): string => org.store.read('User', id)?.['Name'] ?? id;
  return {
    createdById: component.createdById,
    createdByName: name(component.createdById),
    createdDate: component.createdDate,
    fileName: fileName ?? org.metadata.fileName(component),
    fullName: component.fullName,
    id: component.id,
    lastModifiedById: component.lastModifiedById,
    lastModifiedByName: name(component.lastModifiedById),
    lastModifiedDate: component.lastModifiedDate,
    manageableState: 'unmanaged',
    type: component.type,
  };
}

function deploy({ org, session, call }: Operating): string {
  const zip = Buffer.from(textIn(call.body, 'ZipFile') ?? '', 'base64');
  const given = childOf(call.body, 'DeployOptions');
  const flag = (name: string, otherwise: boolean): boolean =>
    childOf(given, name) === undefined ? otherwise : isTrue(given, name);
  const { id } = org.deployments.deploy(session.user, new Uint8Array(zip), {
    checkOnly: flag('checkOnly', false),
    rollbackOnError: flag('rollbackOnError', true),
    ignoreWarnings: flag('ignoreWarnings', false),
    runTests: textsIn(given, 'runTests'),
    testLevel: textIn(given, 'testLevel'),
  });
  return result({ done: false, id, state: 'Queued' });
}

function retrieve({ org, session, call }: Operating): string {
  const request = childOf(call.body, 'retrieveRequest') ?? childOf(call.body, 'request');
  const unpackaged = childOf(request, 'unpackaged');
  const { id } = org.retrievals.retrieve(session.user, {
    apiVersion: textIn(request, 'apiVersion') ?? '68.0',
    singlePackage: isTrue(request, 'singlePackage'),
    packageNames: textsIn(request, 'packageNames'),
    unpackaged: unpackaged === undefined ? undefined : treeOf(unpackaged),
  });
  return result({ done: false, id, state: 'Queued' });
}

function checkRetrieveStatus({ org, call }: Operating): string {
  const retrieval = org.retrievals.find(textIn(call.body, 'asyncProcessId') ?? '');
  if (retrieval === undefined) throw noSuchId(call, 'asyncProcessId');
  const withZip = childOf(call.body, 'includeZip') === undefined || isTrue(call.body, 'includeZip');
  return result({
    done: true,
    fileProperties: retrieval.files.map(({ component, fileName }) => fileProperties(org, component, fileName)),
    id: retrieval.id,
    messages: retrieval.messages,
    status: 'Succeeded',
    success: true,
    zipFile: withZip ? Buffer.from(retrieval.zip).toString('base64') : '',
  });
}
