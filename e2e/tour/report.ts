/** The tour's result as a table for people. */

const WORDS: Readonly<Record<string, string>> = {
  people: 'people loaded',
  companies: 'companies loaded',
  opportunities: 'opportunities loaded',
  roles: 'contact roles loaded',
  createdHere: 'leads made by Sync person',
  changedHere: 'people changed here',
  changedThere: 'people changed in Salesforce',
  deletedHere: 'people deleted here',
  deletedThere: 'records deleted in Salesforce',
  merged: 'records merged into another',
  converted: 'leads converted',
  conflicts: 'conflicts written down',
  records: 'records compared',
  values: 'values compared',
  duplicateLeads: 'leads made twice',
  differences: 'differences',
  processes: 'processes of the server',
  kills: 'times the server was killed',
  crashes: 'times the database crashed',
  faults: 'faults in each hundred requests',
  seed: 'seed',
  seconds: 'seconds',
  url: 'the app',
  signInLink: 'sign-in',
  databaseUrl: 'database',
  folder: 'folder',
};

export const tableOf = (report: Readonly<Record<string, unknown>>): string => {
  const width = Math.max(...Object.values(WORDS).map((words) => words.length));
  const rows = Object.entries(report).flatMap(([name, value]) =>
    typeof value === 'number' || typeof value === 'string'
      ? [`${(WORDS[name] ?? name).padEnd(width)}  ${shown(value)}`]
      : [],
  );
  const user = report['user'] as { readonly email: string; readonly password: string } | undefined;
  const signIn = user ? [`${'sign in as'.padEnd(width)}  ${user.email} with ${user.password}`] : [];
  const pids = Array.isArray(report['pids']) ? [`${'to end it'.padEnd(width)}  kill ${report['pids'].join(' ')}`] : [];
  return `${[...rows, ...signIn, ...pids].join('\n')}\n`;
};

const shown = (value: string | number): string => (typeof value === 'number' ? value.toLocaleString('en-US') : value);
