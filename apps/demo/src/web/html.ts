import { visible } from '../visible.js'

/** Markup that may stand in a page as it is. Everything else is escaped. */
export class Html {
  constructor(readonly text: string) {}

  toString(): string {
    return this.text
  }
}

type Insertable = Html | string | number | undefined | false | readonly Insertable[]

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Lines stay lines. Results of the past, and words of operators, may have any sign in them. */
export const escapeHtml = (text: string): string =>
  visible(text, '\n\r\t').replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')

/** A template whose insertions are escaped, unless they are {@link Html} themselves; `undefined` and `false` leave nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly Insertable[]): Html {
  return new Html(strings.reduce((text, part, index) => text + render(values[index - 1]) + part))
}

function render(value: Insertable): string {
  if (value === undefined || value === false) return ''
  if (value instanceof Html) return value.text
  if (typeof value === 'string') return escapeHtml(value)
  if (typeof value === 'number') return String(value)
  return value.map(render).join('')
}
