import type { OrgUser } from '../access/access.ts';
import { countdowns, loginFaults, type SwitchState } from '../access/switches.ts';
import type { Org } from '../org.ts';
import type { Form } from './form.ts';
import { Html, html } from './html.ts';
import { practiceBody } from './practice-page.ts';

export function homeBody(org: Org): Html {
  return html`${objects(org)}${credentials(org)}${switches(org.access.switches.state)}${practiceBody(org)}`;
}

function objects({ schema, store }: Org): Html {
  const counted = schema.objects.map((object) => ({ object, rows: store.count(object.name) }));
  const order = counted.toSorted((a, b) => b.rows - a.rows);
  return html`<h2>Records</h2>
<p><a href="/objects/Lead/new">New lead</a> · <a href="/coverage">What this org covers</a></p>
<div class="scroll"><table><caption>Objects and how many records they have</caption>
<thead><tr><th scope="col">Object</th><th scope="col" class="number">Records</th></tr></thead>
<tbody>${order.map(
    ({
      object,
      rows,
    }) => html`<tr><th scope="row"><a href="/objects/${object.name}">${object.describe.labelPlural}</a> <small>${object.name}</small></th>
<td class="number">${rows.toLocaleString('en')}</td></tr>
`,
  )}</tbody></table></div>`;
}

function credentials(org: Org): Html {
  const { access } = org;
  return html`<h2>Who may sign in</h2>
<div class="scroll"><table><caption>Login address ${org.url()}</caption>
<thead><tr><th scope="col">User</th><th scope="col">User name</th><th scope="col">Password</th><th scope="col">Security token</th></tr></thead>
<tbody>${user(org, 'Admin', access.admin)}${user(org, 'Sync user', access.syncUser)}</tbody></table></div>
<p>Client credentials of the connected app, which runs as the sync user:<br>
client id <code>${access.clientId}</code><br>client secret <code>${access.clientSecret}</code></p>`;
}

function user({ access }: Org, label: string, who: OrgUser): Html {
  const { username, password, securityToken } = access.credentials(who);
  return html`<tr><th scope="row">${label}</th><td><code>${username}</code></td><td><code>${password}</code></td><td><code>${securityToken}</code></td></tr>
`;
}

/** The switches whose value is of a kind. One that is on no form does not compile. */
type SwitchOf<Kind> = { [Name in keyof SwitchState]: SwitchState[Name] extends Kind ? Name : never }[keyof SwitchState];

const toggles: Readonly<Record<SwitchOf<boolean>, string>> = {
  userLocked: 'The sync user is locked',
  passwordExpired: "The sync user's password has expired",
  apiOff: 'The API is off',
  apiPaused: 'The API is off for a while',
  storageFull: 'The storage is full',
  jobsStuck: 'Bulk jobs that start are stuck',
  sharingByOwner: 'Users see only the records they own',
  trustedNetwork: 'Callers come from a trusted network: no security token behind the password',
  passwordFlow: 'The user name and password flow is allowed',
  autoApprove: 'The page that asks for consent agrees by itself',
  appPreauthorized: 'Users are approved for the connected app beforehand',
  rotateRefreshTokens: 'A refresh token is good once',
  jwtTokens: 'Access tokens are JWTs, which SOAP does not take',
};

const fieldLists: Readonly<Record<SwitchOf<readonly string[]>, string>> = {
  hiddenFields: 'Fields the sync user cannot see, one a line, as Lead.Phone',
  readOnlyFields: 'Fields the sync user cannot edit',
  takenRights: 'Rights taken from the sync user, one a line, as Lead.edit (read, create, edit, delete)',
  callbackUrls: 'Addresses the connected app may be called back at, one a line; any while there is none',
};

/** Written as JSON, an object a line. */
const objectLists: Readonly<Record<SwitchOf<readonly object[]>, string>> = {
  refuse: 'Writes to refuse, one a line, as {"object": "Lead", "when": {"City": "Lima"}, "message": "Not there."}',
  automations:
    'Automations, one a line, as {"object": "Lead", "when": "ISCHANGED(City)", "set": {"City": "UPPER(City)"}}',
  duplicateRules: 'Duplicate rules, one a line, as {"object": "Lead", "fields": ["Email"], "allowSave": true}',
};

const numbers: Readonly<Record<SwitchOf<number>, string>> = {
  lockRow: 'Rows to refuse with UNABLE_TO_LOCK_ROW',
  loseAnswers: 'Writes to do without answering',
  loseRequests: 'Writes to cut off before they are done',
  resetConnections: 'Requests whose connection is reset',
  truncateBodies: 'Answers to break off in their body',
  failWith503: 'Requests to answer 503',
  failWith500: 'Requests to answer 500',
  timeOutQueries: 'Queries that take too long',
  expireSessionsAfter: 'Requests until the sessions end',
  sessionSeconds: 'Seconds a session lives unused, 0 for ever',
  concurrentRequests: 'Requests at once, 0 for any number',
  failJobs: 'Bulk jobs to fail in the middle',
  latencyMs: 'Milliseconds each request waits',
  dailyLimit: 'API calls a day',
  dailyQueryJobs: 'Bulk query jobs a day',
  dailyBatches: 'Bulk batches a day',
  clockSkewMs: 'Milliseconds the clock is ahead',
  lateCommitMs: 'Milliseconds a row is stamped before it appears',
  gapEvents: 'Changes to tell as gap events',
  overflowEvents: 'Transactions to tell as overflow events',
  loseEvents: 'Events to lose',
  duplicateEvents: 'Events to deliver twice',
  eventLagMs: 'Milliseconds an event waits',
  dailyEvents: 'Events delivered a day',
  hourlyPublished: 'Events published an hour',
  seed: 'Seed of the faults that happen by chance',
};

/** Chosen from a list. */
const choices: Readonly<Record<SwitchOf<string>, { readonly label: string; readonly of: readonly string[] }>> = {
  loginFault: { label: "How the sync user's name and password are refused", of: loginFaults },
};

/** A clock may also be behind; nothing else is less than nothing. */
function leastOf(name: keyof typeof numbers): number {
  return name === 'clockSkewMs' ? -1e12 : 0;
}

function switches(state: SwitchState): Html {
  return html`<h2>Switches</h2>
<p>What can go wrong in an org, at will.</p>
<form class="fields" method="post" action="/switches">
${keys(toggles).map(
  (name) => html`<div class="check"><label><input type="checkbox" name="${name}" value="true"${
    state[name] ? new Html(' checked') : undefined
  }> ${toggles[name]}</label></div>
`,
)}
${keys(fieldLists).map(
  (name) => html`<div><label for="${name}">${fieldLists[name]}</label><textarea id="${name}" name="${name}">
${state[name].join('\n')}</textarea></div>
`,
)}
${keys(choices).map(
  (name) => html`<div><label for="${name}">${choices[name].label}</label><select id="${name}" name="${name}">${choices[
    name
  ].of.map(
    (value) =>
      html`<option value="${value}"${value === state[name] ? new Html(' selected') : undefined}>${value === '' ? 'not at all' : value}</option>`,
  )}</select></div>
`,
)}
${keys(objectLists).map(
  (
    name,
  ) => html`<div class="wide"><label for="${name}">${objectLists[name]}</label><textarea id="${name}" name="${name}">
${state[name].map((one) => JSON.stringify(one)).join('\n')}</textarea></div>
`,
)}
${keys(numbers).map(
  (
    name,
  ) => html`<div><label for="${name}">${numbers[name]}</label><input id="${name}" name="${name}" type="number" min="${leastOf(name)}" value="${state[name]}"></div>
`,
)}
<div class="wide"><label for="rates">Faults that happen by chance too, one a line, as failWith503 0.05</label><textarea id="rates" name="rates">
${Object.entries(state.rates)
  .map(([name, rate]) => `${name} ${rate}`)
  .join('\n')}</textarea></div>
<div class="wide"><button>Set switches</button></div>
</form>
<form class="bar" method="post" action="/expire-sessions"><button class="quiet">End the sync user's sessions</button></form>
<form class="bar" method="post" action="/end-streams"><button class="quiet">End all event streams</button></form>
<form class="bar" method="post" action="/forget-events"><button class="quiet">Forget all events</button></form>`;
}

function keys<T extends object>(of: T): readonly (keyof T & string)[] {
  return Object.keys(of) as (keyof T & string)[];
}

/**
 * The state a submitted switch form asks for; a box that is not ticked is not sent. A number that is none stays. Throws with
 * a sentence where a line is no JSON.
 */
export function switchesOf(form: Form): Partial<SwitchState> {
  const ticked = keys(toggles).map((name) => [name, form[name] === 'true'] as const);
  const lists = keys(fieldLists).map((name) => [name, words(form[name] ?? '')] as const);
  const counts = keys(numbers).flatMap((name) => {
    const value = Number(form[name]);
    return form[name] !== undefined && Number.isInteger(value) && value >= leastOf(name)
      ? [[name, value] as const]
      : [];
  });
  const objects = keys(objectLists).flatMap((name) => {
    const text = form[name];
    return text === undefined ? [] : [[name, objectsIn(text, name)] as const];
  });
  const chosen = keys(choices).flatMap((name) => (form[name] === undefined ? [] : [[name, form[name]] as const]));
  return {
    ...Object.fromEntries([...ticked, ...lists, ...counts, ...objects, ...chosen]),
    ...(form['rates'] === undefined ? {} : { rates: ratesIn(form['rates']) }),
  };
}

function objectsIn(text: string, name: string): readonly unknown[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  return lines.map((line) => {
    try {
      return JSON.parse(line) as unknown;
    } catch {
      throw new Error(`A line of ${name} is no JSON: ${line}`);
    }
  });
}

/** Lines that name a counted fault and a chance; others are left out. */
function ratesIn(text: string): SwitchState['rates'] {
  return Object.fromEntries(
    countdowns.flatMap((name) => {
      const rate = Number(new RegExp(`^\\s*${name}\\s+([\\d.]+)\\s*$`, 'm').exec(text)?.[1]);
      return rate > 0 && rate <= 1 ? [[name, rate] as const] : [];
    }),
  );
}

function words(text: string): readonly string[] {
  return text.split(/[\s,;]+/).filter(Boolean);
}
