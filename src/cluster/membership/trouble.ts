import type { Kernel } from '../../kernel/index.js'

/** What a node tells about itself and its engine: the beginning of a trouble once, with its cause, and its end. */
export interface Trouble {
  /** Claims pause, or a lease is over. */
  began(message: string): void
  /** Something failed, and will be tried again. */
  told(problem: unknown): void
  /** Something else that a person should know of. */
  note(problem: unknown): void
  /** All is well. */
  over(message: string): void
}

export function troubleOf(kernel: Kernel, engine: string): Trouble {
  const told = new Set<string>()
  let isWell = false
  const warn = (message: string, reason?: unknown): void => {
    isWell = false
    if (told.has(message)) return
    told.add(message)
    kernel.report({ level: 'warn', kind: 'cluster', message, ...(reason === undefined ? {} : { reason }) })
  }
  return {
    began: (message) => warn(message),
    told(problem) {
      const text = problem instanceof Error ? problem.message : String(problem)
      warn(`the engine ${engine}: ${text}`)
    },
    note(problem) {
      const message = problem instanceof Error ? problem.message : String(problem)
      kernel.report({ level: 'warn', kind: 'cluster', message })
    },
    over(message) {
      if (isWell) return
      isWell = true
      told.clear()
      kernel.report({ level: 'info', kind: 'cluster', message })
    },
  }
}
