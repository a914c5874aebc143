/** What a binding of a scope made, as the process that owns it closes it. */
import type { ServiceIdentifier } from 'inversify'
import { type Closer, currentKernel, Disposal, printed, RESOURCE_NAME } from '../../kernel/index.js'
import { decoratorError } from '../errors.js'
import { tokenName } from './class-dependencies.js'

export function isDisposable(value: unknown): value is Partial<AsyncDisposable & Disposable> {
  return (
    typeof value === 'object' && value !== null && (Symbol.asyncDispose in value || Symbol.dispose in value)
  )
}

export class Made implements Closer {
  readonly #disposal = new Disposal(currentKernel())

  constructor(
    private readonly scope: { readonly path: readonly string[] },
    private readonly token: ServiceIdentifier,
    /** What is done one after the other, past what fails: what the container knows of, and the dispose of the value. */
    private readonly steps: readonly (() => unknown)[],
  ) {}

  /** The limit of time is that of the process, whose message of it shall say more than the name of this class. */
  get [RESOURCE_NAME](): string {
    return [...this.scope.path, tokenName(this.token)].join(' › ')
  }

  /** In a process of its own. */
  close(): Promise<void> {
    return this.#disposal.run(() => this.dispose())
  }

  giveUp(): void {
    this.#disposal.giveUp()
  }

  /** @throws INJECT_DISPOSE_FAILED; an AggregateError of them when several failed */
  async dispose(): Promise<void> {
    const failures: Error[] = []
    for (const step of this.steps) {
      try {
        await step()
      } catch (error) {
        const details = { token: tokenName(this.token), scope: this.scope.path.join(' › ') }
        failures.push(
          decoratorError('INJECT_DISPOSE_FAILED', { ...details, reason: printed(error) }, { cause: error }),
        )
      }
    }
    if (failures.length === 1) throw failures[0]
    if (failures.length > 1) {
      throw new AggregateError(failures, failures.map(({ message }) => message).join(' '))
    }
  }
}

export function dispose(value: Partial<AsyncDisposable & Disposable>): unknown {
  return Symbol.asyncDispose in value ? value[Symbol.asyncDispose]?.() : value[Symbol.dispose]?.()
}
