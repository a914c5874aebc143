import { suggestion } from '../config/index.js'
import type { Application } from './application.js'
import { applicationError } from './errors.js'
import { withIncluded } from './phases.js'

/**
 * Applications in the order of their start: each after those it depends on, else as they are listed.
 *
 * @throws APPLICATION_DUPLICATE, DEPENDENCY_UNKNOWN, DEPENDENCY_CYCLE
 */
export function startOrder(applications: readonly Application[], file: string): readonly Application[] {
  const byName = new Map<string, Application>()
  const known = new Set<string>()
  for (const each of applications) {
    for (const { name } of withIncluded(each)) {
      if (known.has(name)) throw applicationError('APPLICATION_DUPLICATE', { file, name })
      known.add(name)
      // Whoever depends on an included application waits for the whole that it is part of.
      byName.set(name, each)
    }
  }
  const order = new Set<Application>()
  const visit = (each: Application, way: readonly string[]): void => {
    if (order.has(each)) return
    const { name } = each
    const parts = withIncluded(each)
    if (way.includes(name)) {
      const cycle = [...way.slice(way.indexOf(name)), name].join(' → ')
      throw applicationError('DEPENDENCY_CYCLE', { file, cycle })
    }
    for (const part of parts) {
      if (part.dependencies?.includes(part.name)) {
        throw applicationError('DEPENDENCY_CYCLE', { file, cycle: `${part.name} → ${part.name}` })
      }
    }
    for (const dependency of parts.flatMap((part) => part.dependencies ?? [])) {
      if (parts.some((part) => part.name === dependency)) continue
      const needed = byName.get(dependency)
      if (needed === undefined) {
        const near = suggestion(dependency, [...byName.keys()])
        throw applicationError('DEPENDENCY_UNKNOWN', { file, name, dependency, suggestion: near })
      }
      visit(needed, [...way, name])
    }
    order.add(each)
  }
  for (const each of applications) visit(each, [])
  return [...order]
}
