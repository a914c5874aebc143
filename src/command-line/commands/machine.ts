/** `heartwood machine`: the state machines of a module, drawn. */

import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { applicationError, faultText, withImportMistakes } from '../../application/index.js'
import { isMachine, type MachineChart, machineChart, mermaid } from '../../genserver/index.js'
import { HeartwoodError } from '../../kernel/index.js'

/** How they are printed, and which. */
interface MachineOptions {
  readonly json: boolean
  /** The export that is meant; default all. */
  readonly only: string | undefined
}

/** Draws each state machine that a module exports. Nothing is started. */
export async function machines(path: string, { json, only }: MachineOptions): Promise<string> {
  const exported = await withImportMistakes(() => importModule(path))
  const charts = chartsOf(exported).filter(({ name }) => only === undefined || name === only)
  if (charts.length === 0) {
    const found = chartsOf(exported).map(({ name }) => name)
    const problem =
      found.length === 0
        ? 'it exports none. Export the class with @StateMachine, or what stateMachine returned'
        : `it exports no ${only}, but ${found.join(', ')}`
    throw applicationError('MACHINE_ABSENT', { path, problem })
  }
  return json ? `${JSON.stringify({ ok: true, machines: charts })}\n` : charts.map(mermaid).join('\n')
}

/** Those of a module by the names they are exported under; one that is exported twice is drawn once. */
function chartsOf(exported: object): MachineChart[] {
  const seen = new Set<unknown>()
  return Object.entries(exported).flatMap(([name, value]: [string, unknown]) => {
    if (!isMachine(value) || seen.has(value)) return []
    seen.add(value)
    return [machineChart(value, name === 'default' ? undefined : name)]
  })
}

async function importModule(path: string): Promise<object> {
  try {
    return (await import(/* webpackIgnore: true */ pathToFileURL(resolve(path)).href)) as object
  } catch (error) {
    if (HeartwoodError.is(error)) throw error
    throw applicationError('MACHINE_ABSENT', { path, problem: faultText(error) }, { cause: error })
  }
}
