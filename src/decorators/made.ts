/** What the bindings of a scope made, as the process that owns it closes it. */
import type { ServiceIdentifier } from 'inversify'
import { printed, RESOURCE_NAME } from '../kernel/index.js'
import { tokenName } from './dependencies.js'
import { decoratorError } from './errors.js'

export function isDisposable(value: unknown): value is Partial<AsyncDisposable & Disposable> {
  return (
    typeof value === 'object' && value !== null && (Symbol.asyncDispose in value || Symbol.dispose in value)
  )
}

export class Made implements AsyncDisposable {
  /** In the order in which they were made; several bindings may have one token. */
  readonly values = new Set<unknown>()

  constructor(
    private readonly scope: { readonly path: readonly string[] },
    private readonly token: ServiceIdentifier,
    /** What else is to be done first: the container has `@preDestroy` methods and `onDeactivation`. */
    private readonly deactivate?: () => Promise<void>,
  ) {}

  get [RESOURCE_NAME](): string {
    return [...this.scope.path, tokenName(this.token)].join(' › ')
  }

  /** @throws INJECT_DISPOSE_FAILED; an AggregateError of them when several failed */
  async [Symbol.asyncDispose](): Promise<void> {
    const failures: Error[] = []
    const attempt = async (act: () => unknown): Promise<void> => {
      try {
        await act()
      } catch (error) {
        const details = { token: tokenName(this.token), scope: this.scope.path.join(' › ') }
        failures.push(
          decoratorError('INJECT_DISPOSE_FAILED', { ...details, reason: printed(error) }, { cause: error }),
        )
      }
    }
    if (this.deactivate !== undefined) await attempt(this.deactivate)
    for (const value of [...this.values].reverse()) await attempt(() => dispose(value))
    if (failures.length === 1) throw failures[0]
    if (failures.length > 1) {
      throw new AggregateError(failures, failures.map(({ message }) => message).join(' '))
    }
  }
}

function dispose(value: unknown): unknown {
  if (!isDisposable(value)) return undefined
  return Symbol.asyncDispose in value ? value[Symbol.asyncDispose]?.() : value[Symbol.dispose]?.()
}
