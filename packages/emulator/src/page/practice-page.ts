import { changeSchema } from '../control/schema-changes.ts';
import { currenciesIn } from '../options/currencies.ts';
import { featuresOf, turnOn } from '../options/options.ts';
import type { Org } from '../org.ts';
import type { Form } from './form.ts';
import { type Html, html } from './html.ts';

/** The org's time, its schema and its snapshots, with the forms that change them. */
export function practiceBody(org: Org): Html {
  const { clock, snapshots } = org;
  const { now, isHeld, aheadMs } = clock.state;
  const ahead = Math.round(aheadMs / 1000);
  const gap = ahead === 0 ? '' : `, ${Math.abs(ahead)} seconds ${ahead > 0 ? 'ahead of' : 'behind'} this machine`;
  return html`<h2>Time</h2>
<p>It is <code>${now}</code> here: the clock ${isHeld ? 'is held' : 'runs'}${gap}.</p>
<form class="bar" method="post" action="/clock">
<div><label for="hold">Hold it at</label><input id="hold" name="hold" value="${now}"></div>
<button name="do" value="hold" class="quiet">Hold</button>
</form>
<form class="bar" method="post" action="/clock">
<div><label for="seconds">Seconds to go forward</label><input id="seconds" name="seconds" type="number" value="3600"></div>
<button name="do" value="advance" class="quiet">Advance</button>
<button name="do" value="release" class="quiet">Release</button>
</form>
<h2>Schema</h2>
<p>What an administrator changes while you work. A new type is <code>Text 80</code> or <code>Number 18 2</code>.</p>
<form class="bar" method="post" action="/schema">
<div><label for="field">Field, as Lead.Score__c</label><input id="field" name="field"></div>
<div><label for="value">New type, or value</label><input id="value" name="value"></div>
<button name="do" value="retype" class="quiet">Give it the type</button>
<button name="do" value="removeValue" class="quiet">Remove the value</button>
<button name="do" value="addValue" class="quiet">Add the value</button>
<button name="do" value="removeField" class="quiet">Remove the field</button>
<button name="do" value="restoreField" class="quiet">Bring the field back</button>
</form>
${rulesBody(org)}
${optionsBody(org)}
<h2>Snapshots</h2>
<form class="bar" method="post" action="/snapshots">
<div><label for="snapshot">Name of a snapshot</label><input id="snapshot" name="name" list="snapshots">
<datalist id="snapshots">${snapshots.names.map((name) => html`<option value="${name}"></option>`)}</datalist></div>
<button name="do" value="take" class="quiet">Take</button>
<button name="do" value="restore" class="quiet">Restore</button>
<button name="do" value="remove" class="quiet">Remove</button>
</form>
<p>${snapshots.names.length === 0 ? 'There is no snapshot yet.' : `There are: ${snapshots.names.join(', ')}.`}</p>`;
}

/** What the org has beside, or a form that turns it on. */
function optionsBody(org: Org): Html {
  const { personAccounts, currencies } = featuresOf(org);
  return html`<h2>Options</h2>
<p>What is turned on stays on, unless a snapshot of before is restored.</p>
${
  personAccounts
    ? html`<p>The org has person accounts.</p>`
    : html`<form class="bar" method="post" action="/options"><button name="do" value="personAccounts" class="quiet">Turn on person accounts</button></form>`
}
${
  currencies === null
    ? html`<form class="bar" method="post" action="/options">
<div><label for="currencies">Currencies and their rates, the corporate one first</label><input id="currencies" name="currencies" value="USD,EUR:0.92"></div>
<button name="do" value="currencies" class="quiet">Turn on several currencies</button>
</form>`
    : html`<p>The org has these currencies: ${Object.keys(currencies).join(', ')}.</p>`
}`;
}

/** The validation rules there are, and a form that makes one or takes one away. */
function rulesBody({ metadata }: Org): Html {
  const rules = metadata.components.list('ValidationRule').map(({ fullName }) => fullName);
  return html`<h2>Validation rules</h2>
<p>A record for which the formula is true is refused with the message.${rules.length > 0 ? ` There are: ${rules.join(', ')}.` : ''}</p>
<form class="fields" method="post" action="/schema">
<div><label for="rule">Rule, as Lead.NoLima</label><input id="rule" name="rule" list="rules">
<datalist id="rules">${rules.map((name) => html`<option value="${name}"></option>`)}</datalist></div>
<div><label for="formula">Formula, as City = 'Lima'</label><input id="formula" name="formula"></div>
<div><label for="message">Message</label><input id="message" name="message"></div>
<div><label for="at">Field the message is at, if any</label><input id="at" name="at"></div>
<div class="wide"><button name="do" value="rule" class="quiet">Set the rule</button>
<button name="do" value="removeRule" class="quiet">Remove the rule</button></div>
</form>`;
}

/** Does what a button of these forms says; throws with a sentence where it cannot be. */
export function practise(org: Org, form: Form): void {
  const { clock, snapshots } = org;
  const [field = '', value = ''] = [form['field']?.trim(), form['value']?.trim()];
  const name = form['name'] === '' ? undefined : form['name'];
  switch (form['do'] ?? '') {
    case 'hold':
      clock.hold(form['hold'] ?? '');
      break;
    case 'advance':
      clock.advance(Number(form['seconds'] ?? '') * 1000);
      break;
    case 'release':
      clock.release();
      break;
    case 'retype': {
      const [type = '', first = '', scale = '0'] = value.split(/\s+/);
      const size = type === 'Text' ? { length: first } : { precision: first, scale };
      changeSchema(org, { retype: { field, type, ...(first === '' ? {} : size) } });
      break;
    }
    case 'removeValue':
      changeSchema(org, { removeValue: { field, value } });
      break;
    case 'addValue':
      changeSchema(org, { addValue: { field, value } });
      break;
    case 'removeField':
      changeSchema(org, { remove: field });
      break;
    case 'restoreField':
      changeSchema(org, { restore: field });
      break;
    case 'rule': {
      const [object = '', ...named] = (form['rule'] ?? '').trim().split('.');
      const { formula = '', message = '', at = '' } = form;
      changeSchema(org, {
        rule: { object, name: named.join('.'), formula, message, ...(at === '' ? {} : { field: at }) },
      });
      break;
    }
    case 'removeRule':
      changeSchema(org, { removeRule: form['rule']?.trim() ?? '' });
      break;
    case 'personAccounts':
      turnOn(org, { personAccounts: true });
      break;
    case 'currencies': {
      const currencies = currenciesIn(form['currencies'] ?? '');
      if (currencies === undefined) throw new Error('Currencies are a list like USD,EUR:0.92.');
      turnOn(org, { currencies });
      break;
    }
    case 'take':
      snapshots.take(name);
      break;
    case 'restore':
      snapshots.restore(name ?? '');
      break;
    case 'remove':
      snapshots.remove(name ?? '');
      break;
    default:
      throw new Error('There is no such button.');
  }
}
