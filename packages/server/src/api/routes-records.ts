/** Companies and opportunities. */
import { Companies, Company, Opportunities, Opportunity, RecordsQuery } from '@syncline/contract/companies';
import { z } from 'zod';
import type { Status } from '../status/status.ts';
import type { Api } from './api.ts';
import { plainIdOf } from './path-ids.ts';

const Id = z.object({ id: z.string().max(40) });

export const registerRecordRoutes = (app: Api, status: Status): void => {
  app.get('/companies', { schema: { querystring: RecordsQuery, response: { 200: Companies } } }, (request) =>
    status.companies(request.query),
  );
  app.get('/companies/:id', { schema: { params: Id, response: { 200: Company } } }, (request) =>
    status.company(plainIdOf(request.params.id)),
  );
  app.get('/opportunities', { schema: { querystring: RecordsQuery, response: { 200: Opportunities } } }, (request) =>
    status.opportunities(request.query),
  );
  app.get('/opportunities/:id', { schema: { params: Id, response: { 200: Opportunity } } }, (request) =>
    status.opportunity(plainIdOf(request.params.id)),
  );
};
