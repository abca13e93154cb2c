import type { Org } from '../org.ts';
import type { Form } from './form.ts';
import { type Html, html } from './html.ts';

/** The org's time and its snapshots, with the forms that move it and go back to them. */
export function timeBody({ clock, snapshots }: Org): Html {
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

/** Does what a button of these forms says; throws with a sentence where it cannot be. */
export function practise({ clock, snapshots }: Org, form: Form): void {
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
