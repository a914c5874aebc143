import type { Application } from './application.js'
import { applicationError } from './errors.js'
import { suggestion } from './suggestion.js'

/**
 * Applications in the order of their start: each after those it depends on, else as they are listed.
 *
 * @throws APPLICATION_DUPLICATE, DEPENDENCY_UNKNOWN, DEPENDENCY_CYCLE
 */
export function startOrder(applications: readonly Application[], file: string): readonly Application[] {
  const byName = new Map<string, Application>()
  for (const each of applications) {
    if (byName.has(each.name)) throw applicationError('APPLICATION_DUPLICATE', { file, name: each.name })
    byName.set(each.name, each)
  }
  const order = new Set<Application>()
  const visit = (each: Application, way: readonly string[]): void => {
    if (order.has(each)) return
    const { name, dependencies = [] } = each
    if (way.includes(name)) {
      const cycle = [...way.slice(way.indexOf(name)), name].join(' → ')
      throw applicationError('DEPENDENCY_CYCLE', { file, cycle })
    }
    for (const dependency of dependencies) {
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
