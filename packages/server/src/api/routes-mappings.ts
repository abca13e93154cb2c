/** The map and its filters: reading, editing, pricing and applying; and the map as a file. */
import { FilterCounts, FilterQuestion, Filters } from '@syncline/contract/filters';
import {
  ApplyChange,
  EditedMap,
  FieldChange,
  FieldDifferences,
  FieldName,
  MapEdits,
  MapFile,
} from '@syncline/contract/mappings';
import { FieldMaps } from '@syncline/contract/setup';
import { Done } from '@syncline/contract/shared';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Mappings } from '../setup/setup.ts';
import type { Api } from './api.ts';
import { plainIdOf } from './path-ids.ts';

const Id = z.object({ id: z.string().max(40) });
const EditAt = Id.extend({ place: z.coerce.number().int().min(0).max(10_000) });
const by = (request: FastifyRequest): string => request.caller?.name ?? '';

export const registerMappingRoutes = (app: Api, mappings: Mappings): void => {
  app.get('/field-maps', { schema: { response: { 200: FieldMaps } } }, () => mappings.fieldMaps());
  app.get('/field-maps/differences', { schema: { response: { 200: FieldDifferences } } }, () => mappings.differences());
  app.post('/field-maps/look', { schema: { response: { 200: FieldDifferences } } }, async () => {
    await mappings.look();
    return mappings.differences();
  });
  for (const act of ['note', 'rename', 'withdraw'] as const)
    app.post(
      `/field-maps/${act}`,
      { schema: { body: FieldName, response: { 200: FieldDifferences } } },
      async (request) => {
        await mappings[act](request.body);
        return mappings.differences();
      },
    );
  app.post('/field-maps/edit', { schema: { body: MapEdits, response: { 200: EditedMap } } }, (request) =>
    mappings.edit(request.body.edits, by(request)),
  );
  app.get('/field-maps/export', { schema: { response: { 200: MapFile } } }, async (_, reply) =>
    reply.header('content-disposition', 'attachment; filename="field-map.json"').send(await mappings.exportMap()),
  );
  app.post('/field-maps/import', { schema: { body: MapFile, response: { 200: EditedMap } } }, (request) =>
    mappings.importMap(request.body, by(request)),
  );

  app.get('/filters', { schema: { response: { 200: Filters } } }, () => mappings.filters());
  app.post('/filters/count', { schema: { body: FilterQuestion, response: { 200: FilterCounts } } }, (request) =>
    mappings.countFilter(request.body),
  );

  app.get('/field-changes/:id', { schema: { params: Id, response: { 200: FieldChange } } }, (request) =>
    mappings.change(plainIdOf(request.params.id)),
  );
  app.delete('/field-changes/:id', { schema: { params: Id, response: { 200: Done } } }, async (request) => {
    await mappings.discard(plainIdOf(request.params.id));
    return { done: true as const };
  });
  app.delete(
    '/field-changes/:id/edits/:place',
    { schema: { params: EditAt, response: { 200: EditedMap } } },
    (request) => mappings.removeEdit(plainIdOf(request.params.id), request.params.place, by(request)),
  );
  app.post('/field-changes/:id/dry-run', { schema: { params: Id, response: { 200: FieldChange } } }, (request) =>
    mappings.dryRun(plainIdOf(request.params.id)),
  );
  app.post(
    '/field-changes/:id/apply',
    { schema: { params: Id, body: ApplyChange, response: { 200: FieldChange } } },
    (request) => mappings.apply(plainIdOf(request.params.id), request.body),
  );
};
