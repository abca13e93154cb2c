/** What a deployment answers when its state is asked, in SOAP's order; REST says the same in JSON. */
import type { DeployMessage, Deployment } from './deploy.ts';

type Plain = Readonly<Record<string, unknown>>;

function messageOf(message: DeployMessage): Plain {
  const {
    changed,
    componentType,
    created,
    createdDate,
    deleted,
    fileName,
    fullName,
    id,
    problem,
    problemType,
    success,
  } = message;
  return {
    changed,
    componentType,
    created,
    createdDate,
    deleted,
    fileName,
    fullName,
    id,
    problem,
    problemType,
    success,
  };
}

/** A DeployResult; `withDetails` adds what became of each component. */
export function deployResult(deployment: Deployment, withDetails: boolean): Plain {
  const { options, messages, tests, status } = deployment;
  const failures = messages.filter(({ success }) => !success);
  const successes = messages.filter(({ success }) => success);
  const done = status === 'Succeeded';
  return {
    checkOnly: options.checkOnly,
    completedDate: deployment.createdDate,
    createdBy: deployment.createdBy,
    createdByName: deployment.createdByName,
    createdDate: deployment.createdDate,
    details: {
      componentFailures: withDetails ? failures.map(messageOf) : [],
      componentSuccesses: withDetails ? [...successes.map(messageOf), manifestMessage(deployment)] : [],
      runTestResult: {
        codeCoverage: [],
        codeCoverageWarnings: [],
        failures: [],
        flowCoverage: [],
        flowCoverageWarnings: [],
        numFailures: 0,
        numTestsRun: tests.length,
        successes: withDetails
          ? tests.map((name) => ({ id: '', methodName: 'all', name, namespace: null, time: 1 }))
          : [],
        totalTime: tests.length,
      },
    },
    done: true,
    ...(deployment.errorMessage === undefined
      ? {}
      : { errorMessage: deployment.errorMessage, errorStatusCode: 'UNKNOWN_EXCEPTION' }),
    id: deployment.id,
    ignoreWarnings: options.ignoreWarnings,
    lastModifiedDate: deployment.createdDate,
    numberComponentErrors: failures.length,
    numberComponentsDeployed: done || !options.rollbackOnError ? successes.length : 0,
    numberComponentsTotal: messages.length,
    numberTestErrors: 0,
    numberTestsCompleted: done ? tests.length : 0,
    numberTestsTotal: tests.length,
    rollbackOnError: options.rollbackOnError,
    runTestsEnabled: tests.length > 0,
    startDate: deployment.createdDate,
    status,
    success: done,
  };
}

function manifestMessage({ createdDate }: Deployment): Plain {
  return {
    changed: true,
    componentType: '',
    created: false,
    createdDate,
    deleted: false,
    fileName: 'package.xml',
    fullName: 'package.xml',
    success: true,
  };
}
