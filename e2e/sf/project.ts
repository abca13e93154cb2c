/** What lies on a person's disk: a project of source format, and a browser. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const metadata = (type: string, inside: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${type} xmlns="http://soap.sforce.com/2006/04/metadata">\n${inside}\n</${type}>\n`;

const field = metadata(
  'CustomField',
  '<fullName>Grade__c</fullName><externalId>true</externalId><label>Grade</label><length>12</length><type>Text</type><unique>true</unique>',
);

const permissionSet = metadata(
  'PermissionSet',
  '<fieldPermissions><editable>true</editable><field>Lead.Grade__c</field><readable>true</readable></fieldPermissions><label>Grades</label>',
);

/** By their path in the project. */
const files: Readonly<Record<string, string>> = {
  'sfdx-project.json': JSON.stringify({
    packageDirectories: [{ path: 'force-app', default: true }],
    sourceApiVersion: '68.0',
  }),
  'force-app/main/default/objects/Lead/fields/Grade__c.field-meta.xml': field,
  'force-app/main/default/permissionsets/Grades.permissionset-meta.xml': permissionSet,
};

/** A field `Lead.Grade__c`, and a permission set `Grades` that grants it. */
export const makeProject = (folder: string): void => {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
};

/** Environment in which the browser is a script that returns at once, as browsers do, and goes where each page leads. */
export const openInBrowser = (folder: string): Readonly<Record<string, string>> => {
  mkdirSync(folder);
  const browser = join(folder, 'browser');
  const visit = 'fetch(process.argv[1]).then((page) => page.text())';
  writeFileSync(browser, `#!/bin/sh\n"${process.execPath}" -e '${visit}' "$1" > /dev/null 2>&1 &\n`);
  chmodSync(browser, 0o755);
  return { BROWSER: browser };
};
