/** `decorate`: the decorators without their syntax. */
import { decorate as decorateBy } from 'inversify'
import type { ServerClass } from '../../genserver/index.js'
import { checkFunction, isList } from '../../kernel/index.js'

type OneOrMore<T> = T | readonly T[]
type Above<C extends object> = (Class: ServerClass<C>) => unknown
/** With two signatures each, so that the compiler cannot compare them with the member. */
type OfMember = (...args: never[]) => unknown

/**
 * Applies decorators without their syntax: in JavaScript, and in TypeScript that Node runs itself. Call it in a static block of the class,
 * for members and parameters first, for the class last. Of several decorators the last is applied first, as with the syntax.
 *
 * The third argument is the name of a method or property, or the position of a constructor parameter. Without it, the decorators are
 * applied to the class itself.
 *
 * @example
 * ```ts
 * class Counter {
 *   constructor(log) {
 *     this.log = log
 *   }
 *   add(by) {
 *     return (this.count += by)
 *   }
 *   static {
 *     decorate(inject(LOGGER), this, 0)
 *     decorate(Call(), this, 'add')
 *     decorate(GenServer({ name: 'counter' }), this)
 *   }
 * }
 * ```
 */
export function decorate<C extends object>(decorators: OneOrMore<Above<C>>, Class: ServerClass<C>): void
/** The same for a member or a parameter. */
export function decorate<C extends object>(
  decorators: OneOrMore<OfMember>,
  Class: ServerClass<C>,
  member: keyof C | number,
): void
export function decorate(decorators: unknown, Class: ServerClass, member?: string | symbol | number): void {
  const list: readonly unknown[] = isList(decorators) ? decorators : [decorators]
  for (const decorator of list) checkFunction(decorator, 'decorate')
  checkFunction(Class, 'decorate')
  decorateBy(decorators as never, Class, member as never)
}
