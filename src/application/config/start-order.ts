import { type HeartwoodError, rules } from '../../kernel/index.js'
import { applicationError } from '../errors.js'
import type { Application } from '../lifecycle/application.js'
import { withIncluded } from './start-phases.js'

/**
 * Sorts applications in the order of their start: each after its dependencies, otherwise as they are listed.
 *
 * @returns the order, and the problems: APPLICATION_DUPLICATE, DEPENDENCY_UNKNOWN, DEPENDENCY_CYCLE
 */
export function startOrder(
  applications: readonly Application[],
  file: string,
): { readonly order: readonly Application[]; readonly problems: readonly HeartwoodError[] } {
  const problems: HeartwoodError[] = []
  const byName = new Map<string, Application>()
  const known = new Set<string>()
  for (const each of applications) {
    for (const { name } of withIncluded(each)) {
      if (known.has(name)) problems.push(applicationError('APPLICATION_DUPLICATE', { file, name }))
      known.add(name)
      // A dependency on an included application is one on the application that includes it.
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
      problems.push(applicationError('DEPENDENCY_CYCLE', { file, cycle }))
      return
    }
    for (const part of parts) {
      if (part.dependencies?.includes(part.name) !== true) continue
      problems.push(applicationError('DEPENDENCY_CYCLE', { file, cycle: `${part.name} → ${part.name}` }))
    }
    for (const dependency of parts.flatMap((part) => part.dependencies ?? [])) {
      if (parts.some((part) => part.name === dependency)) continue
      const needed = byName.get(dependency)
      if (needed === undefined) {
        const near = rules.suggestion(dependency, [...byName.keys()])
        problems.push(applicationError('DEPENDENCY_UNKNOWN', { file, name, dependency, suggestion: near }))
      } else visit(needed, [...way, name])
    }
    order.add(each)
  }
  for (const each of applications) visit(each, [])
  return { order: [...order], problems }
}
