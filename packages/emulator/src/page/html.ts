/** Text that is HTML already. Everything else is escaped where it meets a template. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Piece = Html | string | number | undefined | readonly Piece[];

/** html`<b>${name}</b>` escapes `name`; a list is joined, undefined is nothing. */
export function html(parts: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  return new Html(parts.map((part, at) => (at === 0 ? part : said(pieces[at - 1]) + part)).join(''));
}

function said(piece: Piece): string {
  if (piece === undefined) return '';
  if (piece instanceof Html) return piece.text;
  if (typeof piece === 'object') return piece.map(said).join('');
  return escaped(String(piece));
}

function escaped(text: string): string {
  return text.replace(/[&<>"'\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}

const org = 'Practice org';

/** A whole page. `title` is also its first heading. */
export function layout(title: string, body: Html, notice?: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title === org ? org : `${title} · ${org}`}</title>
<link rel="stylesheet" href="/page.css">
<link rel="icon" href="data:,">
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header><a href="/">Practice org</a><span>A Salesforce org on this machine. Nothing here leaves it.</span></header>
<main id="main">
<h1>${title}</h1>
${notice}
${body}
</main>
</body>
</html>
`.text;
}

export const notice = (text: string): Html => html`<p class="notice" role="status">${text}</p>`;

export const problem = (lines: readonly string[]): Html =>
  html`<div class="problem" role="alert">${lines.map((line) => html`<p>${line}</p>`)}</div>`;
