/** Every failure of a request becomes `application/problem+json`, and a line in the log without anybody's details (SEC2, SEC3). */
import { PROBLEMS, type ProblemAnswer, problemShape } from '@syncline/contract/problems';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { asProblem, Problem } from '../errors/errors.ts';
import { traceOf } from '../errors/trace.ts';

export const answerProblem = (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
  const problem = problemOfRequest(error);
  const { status } = PROBLEMS[problem.code];
  if (status >= 500) request.log.error({ code: problem.code, cause: traceOf(problem) }, 'a request failed');
  else request.log.info({ code: problem.code }, 'a request was refused');
  const body: ProblemAnswer = { ...problemShape(problem.code, problem.detail), status, requestId: request.id };
  // Sent as text: an answer of a problem has no schema of the route's to fit.
  return reply.status(status).type('application/problem+json').send(JSON.stringify(body));
};

const problemOfRequest = (error: unknown): Problem => {
  if (error instanceof Problem) return error;
  const { validation, validationContext, statusCode } = error as Partial<FastifyError>;
  if (validation) return new Problem('bad-request', { where: placeOf(validation, validationContext ?? 'request') });
  if (statusCode === 413) return new Problem('too-large', {}, { cause: error });
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new Problem('bad-request', { where: 'request' }, { cause: error });
  return asProblem(error);
};

/** `body.email`: where it does not fit; never the value itself. */
const placeOf = (faults: NonNullable<FastifyError['validation']>, context: string): string =>
  [...new Set(faults.map((fault) => `${context}${fault.instancePath.replaceAll('/', '.')}`))].slice(0, 5).join(', ');
