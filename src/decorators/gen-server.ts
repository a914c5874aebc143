/** `@GenServer`: a class becomes a server that a supervisor can start. */
import { COPY, PLANNED, type Planned } from '../application/index.js'
import {
  type CodeChangePolicy,
  type CreatedAnew,
  defineServer,
  type InitOf,
  type ServerClass,
  type ServerName,
  startLink,
} from '../genserver/index.js'
import { startIsolated } from '../isolation/index.js'
import { type MailboxOptions, mailbox, REGISTERS, type Rules, rules } from '../kernel/index.js'
import {
  type Backoff,
  CHILD_RULES,
  type ChildSpec,
  childSpec,
  type Restart,
  type Shutdown,
} from '../supervisor/index.js'
import { decoratorError } from './errors.js'
import { announced, healthChecksOf } from './health.js'
import { markInjectable } from './injection/class-dependencies.js'
import { buildAnewInScope, buildInScope } from './injection/container-scopes.js'
import {
  ISOLATED_CLASS_RULES,
  type IsolatedClassOptions,
  isolateServer,
  plannedIsolation,
} from './isolated-class.js'
import { handlersOf, recordRole, startupsOf } from './recorded-metadata.js'
import type { ClassContext } from './standard-mode.js'
import { checkCalled, checkOptions, decorating, isWithheld, optionFor, orFunction } from './usage-check.js'

/** The options of a server class: its name, its supervision and its start. */
export interface GenServerOptions<Args = never> extends IsolatedClassOptions {
  /** The name under which an instance is registered; or a function that makes it from the arguments of `init`. Default none. */
  readonly name?: ServerName | ((args: Args) => ServerName | undefined) | undefined
  /** The id among the supervisor's children. Default the name, else the name of the class. */
  readonly id?: string | ((args: Args) => string) | undefined
  /** When the supervisor restarts it. Default `'permanent'`. */
  readonly restart?: Restart | undefined
  /** Milliseconds that it may take to stop, or `'brutal_kill'`. Default 5,000. */
  readonly shutdown?: Shutdown | undefined
  /** Whether its end counts for the supervisor's `autoShutdown`. Default false. */
  readonly significant?: boolean | undefined
  /** How long the supervisor waits before a restart. Default: no wait. */
  readonly backoff?: Backoff | undefined
  /** Milliseconds that its start may take. Default `Infinity`. */
  readonly timeout?: number | undefined
  /** Limits its mailbox. Default: no limit. */
  readonly mailbox?: MailboxOptions | undefined
  /**
   * What happens to a running instance when its code changes (`heartwood dev`, `sys.changeCode`): with `'carry'`, the default, its fields are copied
   * into an instance of the new class; with `'restart'`, its supervisor restarts it.
   */
  readonly codeChange?: CodeChangePolicy | undefined
}

/**
 * Whether `init` takes what the functions for name and id do. A decorator is typed before its class, so that they say what
 * that is themselves: `name: (args: Order) => …`, or `@GenServer<Order>({ … })`.
 */
export type TakenBy<C, Args> =
  InitOf<C> extends (args: infer Taken, ...rest: never[]) => unknown
    ? [Args] extends [never]
      ? unknown
      : [Taken] extends [Args]
        ? unknown
        : { readonly 'init takes other arguments than name and id do': Taken }
    : unknown

/** What the options of a server or a state machine must be. */
export const GEN_SERVER_RULES: Rules = {
  name: orFunction(rules.processName),
  id: orFunction(rules.text),
  ...CHILD_RULES,
  timeout: rules.milliseconds,
  mailbox,
  codeChange: rules.oneOf(['carry', 'restart']),
  ...ISOLATED_CLASS_RULES,
}

/**
 * Makes a class a server. Its `@Call`, `@Cast` and `@Info` methods handle the messages of other processes, its constructor
 * gets injected objects, and a supervisor can list it as a child. Elixir's `use GenServer`.
 *
 * Every start and every restart makes a new instance.
 *
 * @throws DECORATOR_OPTION_INVALID; DECORATED_TWICE; HANDLER_INVALID when a decorated method is one that the engine calls itself
 * @example
 * ```ts
 * @GenServer({ name: 'counter' })
 * class Counter {
 *   #count = 0
 *   constructor(@inject(LOGGER) private readonly log: Logger) {}
 *   @Call() add(by: number): number {
 *     return (this.#count += by)
 *   }
 * }
 * const total = await ref(Counter).call.add(2)
 * ```
 */
export function GenServer<Args = never>(options: GenServerOptions<Args> = {}, ...misplaced: never[]) {
  checkCalled('GenServer', options, misplaced)
  return <C extends object>(Class: ServerClass<C> & TakenBy<C, Args>, context?: ClassContext): void => {
    decorating(Class, () => {
      recordRole(Class, '@GenServer', context)
      checkOptions('GenServer', Class.name, options, GEN_SERVER_RULES)
      if (isWithheld(Class)) return
      markInjectable(Class)
      const handlers = handlersOf(Class)
      const checks = healthChecksOf(Class, handlers)
      const startups = startupsOf(Class, handlers)
      if (startups.length > 0 && options.isolate !== undefined)
        throw decoratorError('SCHEDULE_ISOLATED', { class: Class })
      const methods = (kind: string): string[] =>
        handlers.filter((each) => each.kind === kind).map(({ method }) => method)
      defineServer<C, string>(Class, {
        ...(typeof options.name === 'function' ? undefined : { name: options.name }),
        calls: [
          ...methods('Call'),
          ...checks.map(({ call }) => call),
          ...handlers.flatMap(({ call }) => call ?? []),
        ],
        casts: methods('Cast'),
        infos: handlers
          .filter(({ kind }) => kind === 'Info')
          .map(({ method, pattern }) => ({ method, pattern })),
        configChanges: handlers
          .filter(({ kind }) => kind === 'ConfigChange')
          .map(({ key = '', method }) => ({ key, method })),
        concurrent: handlers.flatMap(({ method, concurrent = false }) =>
          concurrent === false ? [] : [concurrent === true ? method : { method, limit: concurrent.limit }],
        ),
        skipAbandoned: handlers.filter((each) => each.skipAbandoned === true).map(({ method }) => method),
        mailbox: options.mailbox,
        create: (Exact) => {
          // A class that wants nothing is built at once.
          const building = buildInScope(Exact) as C | Promise<C>
          if (checks.length === 0 && startups.length === 0) return building
          return Promise.resolve(building).then((built) => {
            for (const started of startups) started(Class)
            return announced(built, Class, checks)
          })
        },
        createAnew: (Exact) => buildAnewInScope(Exact) as Promise<CreatedAnew<C>>,
        codeChange: options.codeChange,
      })
      isolateServer('GenServer', Class, options)
      Object.defineProperty(Class, childSpec, {
        configurable: true,
        value(this: ServerClass, args?: Args): ChildSpec {
          return specOf('GenServer', this, options, args)
        },
      })
    })
  }
}

/** The child spec of a server class. @throws DECORATOR_OPTION_INVALID for what a function for name or id gives */
export function specOf<Args>(
  decorator: string,
  Class: ServerClass,
  options: GenServerOptions<Args>,
  args?: Args,
): ChildSpec {
  const { restart, shutdown, significant, backoff, timeout, isolate } = options
  const { blockedFor, heapLimit, warm } = options
  const place = { decorator, target: Class.name }
  const name = optionFor(
    { ...place, option: 'name', rule: rules.processName },
    options.name as ServerName | undefined | ((args: Args) => ServerName | undefined),
    args as Args,
  )
  const id = optionFor({ ...place, option: 'id', rule: rules.text }, options.id, args as Args)
  const planned: Planned = {
    builds: Class,
    args,
    copy: COPY,
    isolated: plannedIsolation(Class, args, options),
  }
  const how = timeout === undefined ? { name } : { name, timeout }
  return {
    id: id ?? (typeof name === 'string' ? name : Class.name),
    start:
      isolate === undefined
        ? () => startLink(Class, args as never, how as never)
        : () => startIsolated(Class, args, { ...how, isolate, blockedFor, heapLimit, warm }),
    restart,
    shutdown,
    significant,
    backoff,
    [PLANNED]: planned,
    [REGISTERS]: name,
  } as ChildSpec
}
