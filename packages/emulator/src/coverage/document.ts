import { type Coverage, type Feature, features } from './table.ts';

/** The table as `docs/practice-org.md` has it. */
export function coverageDocument(): string {
  const areas = [...Map.groupBy(features, ({ area }) => area)];
  return `# The practice org

What of Salesforce the practice org has, feature by feature. ${summary()} This page is made from
\`packages/emulator/src/coverage/table.ts\` by \`npm run coverage\`; a running org shows the same at \`/coverage\`.
How to start one is in [its README](../packages/emulator/README.md).

${areas.map(([area, rows]) => `## ${area}\n\n| feature | here | what a real org does otherwise | shown by |\n|---|---|---|---|\n${rows.map(line).join('\n')}\n`).join('\n')}`;
}

/** How many there are of each. */
export function summary(): string {
  const count = (of: Coverage): number => features.filter(({ coverage }) => coverage === of).length;
  return `${count('full')} in full, ${count('partial')} in part, ${count('absent')} not at all.`;
}

function line({ feature, coverage, differs, test }: Feature): string {
  const shown = test === undefined ? '' : `\`${test[0]}\``;
  return `| ${feature} | ${coverage} | ${differs} | ${shown} |`;
}
