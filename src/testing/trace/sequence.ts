/** A trace as a message-sequence picture in Mermaid. */
import type { TraceEvent } from './event.js'
import { actorName, isTestItself } from './timeline.js'
import { messageText, type NameOf, reasonText, shown } from './wording.js'

/**
 * A drawing of the messages between processes, as a Mermaid `sequenceDiagram`. Instances with the same name share a lifeline.
 *
 * @param pids whether pids of started processes are shown; default true
 * @example
 * ```ts
 * writeFileSync('trace.mmd', sequenceOf(kernel.trace.events, kernel.trace.nameOf))
 * ```
 */
export function sequenceOf(events: readonly TraceEvent[], nameOf: NameOf, pids = true): string {
  const lifelines = new Map<string, string>()
  const lifeline = (name: string): string => {
    const known = lifelines.get(name)
    if (known !== undefined) return known
    const id = `p${lifelines.size + 1}`
    lifelines.set(name, id)
    return id
  }
  const told = events.filter((event) => !isTestItself(event, nameOf))
  const steps = told.flatMap((event) => stepOf(event, nameOf, lifeline, pids))
  const participants = [...lifelines].map(([name, id]) => `  participant ${id} as ${plain(name)}`)
  return ['sequenceDiagram', ...participants, ...steps].join('\n')
}

function stepOf(
  { kind, from, to, what }: TraceEvent,
  nameOf: NameOf,
  lifeline: (name: string) => string,
  pids: boolean,
): string[] {
  const source = (): string => lifeline(actorName(from, nameOf))
  const target = (): string => lifeline(to === undefined ? 'nobody' : nameOf(to))
  switch (kind) {
    case 'spawn':
      return [`  ${source()}-->>${target()}: starts${pids ? ` ${to}` : ''}`]
    case 'send':
      return [`  ${source()}->>${target()}: ${plain(messageText(what, nameOf))}`]
    case 'reply':
      return [`  ${source()}-->>${lifeline(actorName(to, nameOf))}: ${plain(shown(what, nameOf))}`]
    case 'signal':
      return [`  ${source()}-x${target()}: exit ${plain(reasonText(what))}`]
    case 'exit':
      return [`  Note over ${target()}: exits ${plain(reasonText(what))}`]
    case 'lost':
      return [`  ${source()}-x${target()}: ${plain(messageText(what, nameOf))}`]
    case 'fault':
    case 'note':
      return [`  Note over ${to === undefined ? lifeline('test') : target()}: ${plain(String(what))}`]
    case 'take':
      return []
  }
}

/** What Mermaid would read as its own. */
export function plain(text: string): string {
  return text.replace(/[;#<>{}"]/g, (sign) => SIGNS[sign] ?? '').replaceAll('\n', ' ')
}

const SIGNS: Readonly<Record<string, string>> = {
  ';': '#59;',
  '#': '#35;',
  '<': '#lt;',
  '>': '#gt;',
  '{': '#123;',
  '}': '#125;',
  '"': '#quot;',
}
