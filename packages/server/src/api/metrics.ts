/**
 * `GET /metrics` for Prometheus. What the database knows is the same from every process that shares it; memory and event loop are this
 * process's own. A scraper on this machine needs nothing; one that comes from elsewhere, or through a proxy, a token of role `monitor`.
 */
import type { FastifyRequest } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { MetricFacts } from '../status/status.ts';

const LANES = ['urgent', 'normal', 'backfill'] as const;

export interface Metrics {
  readonly contentType: string;
  text(facts: MetricFacts): Promise<string>;
}

export const createMetrics = (): Metrics => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Gauge({ name, help, labelNames: [...labelNames], registers: [registry] });
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Counter({ name, help, labelNames: [...labelNames], registers: [registry] });
  const all = {
    backlog: gauge('syncline_backlog_people', 'People with changes that wait to be sent.', ['lane', 'object']),
    oldest: gauge('syncline_backlog_oldest_seconds', 'Age of the oldest change that waits to be sent.', ['lane']),
    runs: counter('syncline_runs_total', 'Runs that ended.', ['object', 'operation', 'status']),
    rows: counter('syncline_rows_total', 'Rows that runs handled; in is from Salesforce, out is to it.', [
      'object',
      'direction',
      'result',
    ]),
    errors: gauge('syncline_open_errors', 'Failures that are not solved.', ['level', 'object', 'cause']),
    fetchAge: gauge('syncline_last_fetch_age_seconds', 'Time since the object was last read to the end.', ['object']),
    usedCalls: gauge(
      'syncline_api_calls_used',
      "Calls of the org's API in the last 24 hours, by everybody, as Salesforce counts.",
    ),
    limitCalls: gauge('syncline_api_calls_limit', "The org's limit of API calls in 24 hours."),
    ourCalls: gauge('syncline_api_calls_ours', 'Calls by this Syncline, all processes, in the last 24 hours.'),
    conflicts: gauge('syncline_conflicts_day', 'Fields that both sides had changed, in the last 24 hours.'),
    processes: gauge('syncline_processes', 'Processes that share the work.'),
    enabled: gauge('syncline_sync_enabled', '1: started and enabled.'),
    paused: gauge('syncline_connection_paused', '1: the connection waits for a person.'),
  };

  return {
    contentType: registry.contentType,
    text: async (facts) => {
      for (const metric of Object.values(all)) metric.reset();
      for (const { lane, object, entries } of facts.backlog) all.backlog.set({ lane: laneOf(lane), object }, entries);
      for (const lane of LANES) all.oldest.set({ lane }, 0);
      for (const { lane, seconds } of facts.oldest) all.oldest.set({ lane: laneOf(lane) }, seconds);
      for (const { object, operation, status, runs, ...rows } of facts.runs) {
        all.runs.inc({ object, operation, status }, runs);
        const direction = operation.startsWith('Push') ? 'out' : 'in';
        for (const [result, count] of Object.entries(rows)) all.rows.inc({ object, direction, result }, count);
      }
      for (const { level, object, cause, errors } of facts.openErrors) all.errors.inc({ level, object, cause }, errors);
      for (const { object, seconds } of facts.fetchAges) all.fetchAge.set({ object }, seconds);
      setOrLeaveOut(all.usedCalls, facts.usedCalls);
      setOrLeaveOut(all.limitCalls, facts.limitCalls);
      all.ourCalls.set(facts.ourCalls);
      all.conflicts.set(facts.conflicts);
      all.processes.set(facts.processes);
      all.enabled.set(facts.isStarted && facts.isEnabled ? 1 : 0);
      all.paused.set(facts.isPaused ? 1 : 0);
      return registry.metrics();
    },
  };
};

/** What Salesforce has not said yet is no number. */
const setOrLeaveOut = (metric: Gauge, value: number | null): void => {
  if (value === null) metric.remove();
  else metric.set(value);
};

const laneOf = (lane: number): string => LANES[lane] ?? String(lane);

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

/** Whether it was asked on this machine, by nobody who passes on what somebody else asks. Pure. */
export const isFromThisMachine = (request: Pick<FastifyRequest, 'headers'> & { readonly ip: string }): boolean =>
  LOOPBACK.test(request.ip) &&
  ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'].every((name) => request.headers[name] === undefined);
