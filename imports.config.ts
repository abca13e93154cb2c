/**
 * Who may import whom. A zone is the longest path prefix that fits a file; it may import itself, what it lists, and packages of
 * npm. Everything else is refused. A new arrow is a change here, made on purpose, with its reason in the commit.
 *
 * Rooms of the server import each other's doors (`room/room.ts`, and the factories and compilers listed in `open`), never workings.
 */
const server = 'packages/server/src';

/** Rooms in the order the data walks. `people` and `salesforce` are strangers, and so are `inbound` and `outbound`: they meet in `links`, and both ask `brake`. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  errors: ['contract'],
  db: ['errors', 'lib', 'root'],
  mapping: ['db', 'errors', 'lib'],
  salesforce: ['errors', 'lib', 'mapping', 'contract'],
  merge: ['mapping', 'lib'],
  people: ['mapping', 'db', 'errors', 'lib'],
  links: ['mapping', 'db', 'lib'],
  brake: ['mapping', 'db', 'lib'],
  recovery: ['mapping', 'db', 'lib'],
  inbound: ['salesforce', 'mapping', 'merge', 'links', 'brake', 'db', 'errors', 'lib'],
  outbound: ['salesforce', 'mapping', 'links', 'brake', 'db', 'errors', 'lib'],
  // A merge of people without records is the fold alone.
  actions: ['salesforce', 'mapping', 'merge', 'db', 'errors', 'lib', 'contract'],
  undo: ['people', 'brake', 'mapping', 'db', 'errors', 'lib', 'contract'],
  work: ['recovery', 'inbound', 'outbound', 'actions', 'undo', 'setup', 'salesforce', 'mapping', 'db', 'errors', 'lib'],
  setup: ['salesforce', 'mapping', 'people', 'brake', 'db', 'errors', 'lib', 'contract'],
  status: ['mapping', 'db', 'errors', 'lib', 'contract'],
  api: ['actions', 'undo', 'setup', 'status', 'people', 'brake', 'db', 'errors', 'lib', 'contract'],
};

export const zones: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    Object.entries(rooms).map(([room, may]) => [
      `${server}/${room}`,
      may.map((name) =>
        name === 'contract' ? 'packages/contract/src' : name === 'root' ? 'migrations' : `${server}/${name}`,
      ),
    ]),
  ),
  // main.ts and start.ts alone build the parts; start.ts runs the practice org as a process of its own and imports nothing of it.
  [server]: [...Object.keys(rooms).map((room) => `${server}/${room}`), 'packages/contract/src'],
  'imports.config.ts': [],
  'packages/contract/src': [],
  'packages/web': ['packages/contract/src'],
  'packages/emulator/src': [],
  e2e: [
    server,
    ...Object.keys(rooms).map((room) => `${server}/${room}`),
    'packages/contract/src',
    'packages/emulator/src',
    'e2e',
  ],
  tools: [server, ...Object.keys(rooms).map((room) => `${server}/${room}`), 'tools', 'imports.config.ts'],
};

/** Tests may also start a practice org and a database of their own, and look at a neighbour's workings. */
export const testsMayImport = [
  'packages/emulator/src',
  ...Object.keys(rooms).map((room) => `${server}/${room}`),
  'packages/contract/src',
];

/** Files that other rooms may import beside a room's door: pure compilers, and factories for the builders. */
export const open = /\/(create|connect|plan|compile|shape|open|soql)[a-z-]*\.ts$|\/(lib|errors|db)\/[a-z-]+\.ts$/;
