/** The health checks of an isolated server, which its system runs. */
import { currentPid, type Pid, self } from '../../kernel/index.js'
import { applicationError } from '../errors.js'
import type { SystemHealth } from '../health/health.js'
import { checkHealthCheck, type HealthCheckOptions } from '../health/health-checks.js'

/** A message of the other side about its checks. */
export type HealthNews =
  | {
      readonly check: number
      readonly name: string
      readonly options: HealthCheckOptions
      readonly pid: Pid | undefined
    }
  | { readonly uncheck: number }
  | { readonly answered: number; readonly said: unknown }
  | { readonly answered: number; readonly thrown: unknown }

/** The request to run a check. */
export interface HealthQuestion {
  readonly ask: number
  readonly of: number
}

/** The checks of an isolated server, in the health of its system. */
export class ChecksElsewhere {
  readonly #checks = new Map<number, Disposable>()
  readonly #open = new Map<number, { resolve(said: unknown): void; reject(thrown: unknown): void }>()
  #asked = 0
  readonly #parent = self()

  constructor(
    private readonly health: SystemHealth,
    private readonly tell: (question: HealthQuestion) => void,
  ) {}

  heard(news: HealthNews): void {
    if ('answered' in news) this.#answered(news)
    else if ('uncheck' in news) this.#checks.get(news.uncheck)?.[Symbol.dispose]()
    else {
      const { check, name, options, pid } = news
      const owner = pid === undefined ? undefined : { pid, parent: this.#parent }
      this.#checks.set(
        check,
        this.health.check(name, () => this.#ask(check), options, owner),
      )
    }
  }

  /** Called at the end of the thread or program: rejects all open requests. The checks are removed with their processes. */
  left(): void {
    for (const { reject } of this.#open.values()) reject(new Error('it ended'))
    this.#open.clear()
  }

  #ask(of: number): Promise<unknown> {
    const ask = ++this.#asked
    return new Promise((resolve, reject) => {
      this.#open.set(ask, { resolve, reject })
      this.tell({ ask, of })
    })
  }

  #answered(news: Extract<HealthNews, { readonly answered: number }>): void {
    const asked = this.#open.get(news.answered)
    this.#open.delete(news.answered)
    if ('said' in news) asked?.resolve(news.said)
    else asked?.reject(news.thrown)
  }
}

/** The health of the system as the processes of the isolated server see it: they can only add checks. */
export class HealthThere implements Pick<SystemHealth, 'check' | 'read'> {
  readonly #checks = new Map<number, () => unknown>()
  #last = 0

  constructor(private readonly say: (news: HealthNews) => void) {}

  check(name: string, fn: () => unknown, options: HealthCheckOptions = {}): Disposable {
    checkHealthCheck(name, fn, options)
    const check = ++this.#last
    this.#checks.set(check, fn)
    this.say({ check, name, options, pid: currentPid() })
    return {
      [Symbol.dispose]: () => {
        if (this.#checks.delete(check)) this.say({ uncheck: check })
      },
    }
  }

  read(): Promise<never> {
    return Promise.reject(applicationError('HEALTH_NO_SYSTEM', { action: 'health()' }))
  }

  async asked({ ask, of }: HealthQuestion): Promise<void> {
    try {
      this.say({ answered: ask, said: await this.#checks.get(of)?.() })
    } catch (thrown) {
      this.say({ answered: ask, thrown })
    }
  }
}
