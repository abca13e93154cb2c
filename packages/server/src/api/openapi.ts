/**
 * `GET /api/openapi.json`: the API as OpenAPI 3.1, made of the same shapes that check each request and answer, so that it cannot say
 * anything else. Who may ask what, and what for, comes from the table of access.ts.
 */
import fastifySwagger from '@fastify/swagger';
import * as actions from '@syncline/contract/actions';
import * as backlog from '@syncline/contract/backlog';
import * as budget from '@syncline/contract/budget';
import * as companies from '@syncline/contract/companies';
import * as conflicts from '@syncline/contract/conflicts';
import * as errors from '@syncline/contract/errors';
import * as filters from '@syncline/contract/filters';
import * as initialSync from '@syncline/contract/initial-sync';
import * as mappings from '@syncline/contract/mappings';
import * as notifications from '@syncline/contract/notifications';
import * as people from '@syncline/contract/people';
import * as personWhy from '@syncline/contract/person-why';
import * as problems from '@syncline/contract/problems';
import * as runs from '@syncline/contract/runs';
import * as sameness from '@syncline/contract/sameness';
import * as settings from '@syncline/contract/settings';
import * as setup from '@syncline/contract/setup';
import * as setupOrg from '@syncline/contract/setup-org';
import * as status from '@syncline/contract/status';
import * as tokens from '@syncline/contract/tokens';
import * as undo from '@syncline/contract/undo';
import * as users from '@syncline/contract/users';
import type { FastifyInstance } from 'fastify';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { ACCESS } from './access.ts';

const TOPICS = {
  actions,
  backlog,
  budget,
  companies,
  conflicts,
  errors,
  filters,
  initialSync,
  mappings,
  notifications,
  people,
  personWhy,
  problems,
  runs,
  sameness,
  settings,
  setup,
  setupOrg,
  status,
  tokens,
  undo,
  users,
};

/**
 * Each object of the contract under its own name. What is small enough to read in place (an enum, a number) stays there, and so do queries, which
 * are lists of parameters.
 */
const namedShapes = () => {
  const registry = z.registry<{ id: string }>();
  for (const topic of Object.values(TOPICS))
    for (const [name, shape] of Object.entries(topic))
      if (shape instanceof z.ZodObject && !name.endsWith('Query') && !registry.has(shape))
        registry.add(shape, { id: name });
  return registry;
};

const DESCRIPTION = `Everything the app does, it does through this API. A program sends \`Authorization: Bearer syncline_…\`, a token that an administrator
makes under Settings, Users. Failures are \`application/problem+json\` with a code of docs/errors.md. Lists go on with \`cursor\`.`;

/** Before the routes: what is registered later is described. */
export const registerOpenApi = (app: FastifyInstance, version: string): void => {
  const schemaRegistry = namedShapes();
  const transform = createJsonSchemaTransform({ schemaRegistry });
  const transformObject = createJsonSchemaTransformObject({ schemaRegistry });
  void app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Syncline', version, description: DESCRIPTION, license: { name: 'Apache-2.0' } },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    },
    hideUntagged: true,
    transform: (route) => {
      const { schema, url } = transform(route);
      const method = [route.route.method].flat()[0] ?? 'GET';
      const [access, summary] = ACCESS[`${method} ${route.url}`] ?? ['admin', ''];
      const tag = url.split('/')[2] ?? '';
      return {
        url,
        schema: {
          ...schema,
          summary,
          tags: [tag],
          ...(access === 'open'
            ? { security: [] }
            : { security: [{ token: [] }], description: `Takes the role ${access} or a greater one.` }),
        },
      };
    },
    transformObject: (document) => withProblems(transformObject(document)),
  });
};

/** Any answer but the one that is described is a problem. */
const withProblems = <Document extends object>(document: Document): Document => {
  const paths = 'paths' in document && typeof document.paths === 'object' ? (document.paths ?? {}) : {};
  for (const operations of Object.values(paths))
    for (const operation of Object.values(
      operations as Readonly<Record<string, { responses?: Record<string, unknown> }>>,
    ))
      operation.responses = {
        ...operation.responses,
        default: {
          description: 'A problem.',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemAnswer' } } },
        },
      };
  return document;
};

/** The document itself; it holds nothing of anybody, so it is open. */
export const registerOpenApiRoute = (app: FastifyInstance): void => {
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
};
