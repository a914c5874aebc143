import type { MachineChart } from './transition-chart.js'

/**
 * Makes a state diagram in Mermaid of a chart. An event that leads to another state is an arrow. An event after which the machine stays, or
 * whose next state is not declared, is written in its state.
 *
 * @example
 * ```ts
 * console.log(mermaid(machineChart(Door)))
 * ```
 */
export function mermaid({ name, initial, states, transitions }: MachineChart): string {
  const ids = new Map(
    states.map((state, at) => [state, PLAIN.test(state) && !RESERVED.has(state) ? state : `s${at}`]),
  )
  const idOf = (state: string): string => ids.get(state) ?? state
  const title = PLAIN.test(name) ? name : JSON.stringify(name)
  const lines = ['---', `title: ${title}`, '---', 'stateDiagram-v2']
  for (const [state, id] of ids) if (id !== state) lines.push(`  state "${text(state)}" as ${id}`)
  if (initial !== undefined) lines.push(`  [*] --> ${idOf(initial)}`)
  for (const state of states) {
    const [id, inside, leading] = [idOf(state), new Set<string>(), new Map<string, string[]>()]
    for (const { from, to, event, postponed } of transitions) {
      if (from !== state) continue
      if (to === undefined) inside.add(`${text(event ?? '')}${postponed ? ' (postponed)' : ''}`)
      else leading.set(to, [...(leading.get(to) ?? []), ...(event === undefined ? [] : [text(event)])])
    }
    if (id === state && inside.size === 0 && leading.size === 0 && !isTarget(state)) lines.push(`  ${id}`)
    for (const [to, events] of leading) {
      const label = events.length === 0 ? '' : ` : ${[...new Set(events)].join(', ')}`
      lines.push(`  ${id} --> ${idOf(to)}${label}`)
    }
    for (const event of inside) lines.push(`  ${id} : ${event}`)
  }
  return `${lines.join('\n')}\n`

  function isTarget(state: string): boolean {
    return state === initial || transitions.some(({ to }) => to === state)
  }
}

const PLAIN = /^[A-Za-z]\w*$/

/** Words of Mermaid's language, which cannot be names of states. */
const RESERVED = new Set(['state', 'note', 'end', 'direction', 'as', 'class', 'classDef', 'style', 'click'])

/** Escapes the characters that have a meaning in Mermaid. */
function text(words: string): string {
  return words.replace(/["#;:\n\r<>]/g, (letter) => `#${letter.charCodeAt(0)};`)
}
