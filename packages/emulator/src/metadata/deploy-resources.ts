/** Deployment by REST (A17): a form with a zip and its options, and the state of a deployment. */
import { type Answer, answer, type Call, notFound } from '../rest/answer.ts';
import { isObject, type Json, writeJson } from '../rest/json.ts';
import { SalesforceError } from '../salesforce-error.ts';
import type { Deployment, DeployOptions } from './deploy.ts';
import { deployResult } from './deploy-status.ts';

/** POST metadata/deployRequest: a package, or the id of one that was validated. */
export function startDeploy(call: Call): Answer {
  const { org, session } = call;
  const body = isObject(call.body) ? (JSON.parse(writeJson(call.body)) as Record<string, unknown>) : {};
  const validated = body['validatedDeployRequestId'] ?? body['validatedDeployId'];
  if (typeof validated === 'string') {
    const deployment = org.deployments.quick(session.user, validated);
    if (deployment === undefined) throw notFound();
    return deploymentAnswer(deployment, false, 201, validated);
  }
  const zip = call.parts?.find(({ name, contentType }) => name === 'file' || /zip/.test(contentType ?? ''));
  if (zip === undefined) throw new SalesforceError(400, 'INVALID_INPUT', 'A deployment needs a part "file" with a zip');
  return deploymentAnswer(org.deployments.deploy(session.user, zip.bytes, optionsIn(call.body)), false, 201);
}

/** GET metadata/deployRequest/{id}, and PATCH, which cancels what is over already. */
export function deployStatus(call: Call, id: string): Answer {
  const deployment = call.org.deployments.find(id);
  if (deployment === undefined) throw notFound();
  const withDetails = call.query.get('includeDetails') === 'true';
  return deploymentAnswer(deployment, withDetails, call.method === 'PATCH' ? 202 : 200);
}

function optionsIn(body: Json | undefined): DeployOptions {
  const plain = isObject(body) ? (JSON.parse(writeJson(body)) as { deployOptions?: Partial<DeployOptions> }) : {};
  const given = plain.deployOptions ?? {};
  return {
    checkOnly: given.checkOnly === true,
    rollbackOnError: given.rollbackOnError !== false,
    ignoreWarnings: given.ignoreWarnings === true,
    runTests: given.runTests ?? [],
    testLevel: given.testLevel,
  };
}

function deploymentAnswer(
  deployment: Deployment,
  withDetails: boolean,
  status: number,
  validated: string | null = null,
): Answer {
  return answer(
    {
      id: deployment.id,
      validatedDeployRequestId: validated,
      deployOptions: deployment.options,
      deployResult: deployResult(deployment, withDetails),
    },
    status,
  );
}
