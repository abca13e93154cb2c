export const css = `
:root { color-scheme: light dark; --ink: #1c2430; --dim: #5a6675; --paper: #fff; --line: #d5dbe3; --soft: #f4f6f9;
  --accent: #1d5fb8; --bad: #a3261f; --badsoft: #fdeeed; --good: #1c6b3c; --goodsoft: #eaf6ee; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --dim: #a2adbb; --paper: #14181e; --line: #333c48;
  --soft: #1c222b; --accent: #7fb2ff; --bad: #ff9d95; --badsoft: #3a1d1b; --good: #8fd9aa; --goodsoft: #17301f; } }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
header { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline; padding: .75rem 1.5rem;
  border-bottom: 1px solid var(--line); background: var(--soft); }
header a { font-weight: 600; color: inherit; text-decoration: none; }
header span { color: var(--dim); }
main { max-width: 72rem; margin: 0 auto; padding: 1rem 1.5rem 4rem; }
h1 { font-size: 1.6rem; margin: .5rem 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .5rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; color: var(--dim); padding-bottom: .25rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line);
  overflow-wrap: anywhere; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
form.fields { display: grid; grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)); gap: .9rem 1.25rem; }
form.fields > .wide { grid-column: 1 / -1; }
label { display: block; font-size: .9rem; color: var(--dim); }
.check label { display: flex; gap: .5rem; align-items: center; color: var(--ink); font-size: 1rem; }
.check input { width: auto; }
input, select, textarea { width: 100%; font: inherit; color: inherit; background: var(--paper); padding: .45rem .6rem;
  border: 1px solid var(--dim); border-radius: .3rem; }
textarea { min-height: 5rem; }
.bar { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; margin: 1rem 0; }
.bar input { width: 22rem; max-width: 100%; }
button { font: inherit; padding: .5rem 1.1rem; border-radius: .3rem; border: 1px solid var(--accent); cursor: pointer;
  background: var(--accent); color: var(--paper); }
button.quiet { background: transparent; color: var(--accent); }
button.bad { background: transparent; border-color: var(--bad); color: var(--bad); }
.notice, .problem { padding: .6rem 1rem; border-radius: .3rem; border: 1px solid; }
.notice { color: var(--good); background: var(--goodsoft); }
.problem { color: var(--bad); background: var(--badsoft); } .problem p { margin: .2rem 0; }
small { color: var(--dim); }
`;
