import { type Html, html } from './html.js'

interface Document {
  readonly title: string
  /** What the script goes by. */
  readonly view: 'public' | 'operator' | 'target'
  readonly content: Html
  /** Further links at the foot. */
  readonly links?: Html
}

/** What is around the content of each page. */
export function documentOf({ title, view, content, links }: Document): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/pulse.css">
<script src="/pulse.js" type="module"></script>
</head>
<body data-view="${view}">
<header class="masthead">
<a class="brand" href="/"><svg class="brand-mark" viewBox="0 0 32 32" aria-hidden="true"><path d="M2 17h7l3-9 6 17 4-11 2 3h6"/></svg>Pulse</a>${view === 'operator' && html`<span class="view">operator’s view</span>`}
<p class="link" id="link" role="status"><span class="link-dot" aria-hidden="true"></span><span id="link-text">connecting</span></p>
</header>
${content}
<footer class="colophon">Data: <a href="/api/status">status</a>, <a href="/api/events">events</a>${links}</footer>
</body>
</html>
`
}
