/** What other nodes may have run here: nothing, but what is listed. */
import { exit, type Kernel, type Pid } from '../../kernel/index.js'
import type { ErlangCarrier } from '../carrier/erlang-carrier.js'
import { idOfPid, type WireTerms } from '../carrier/wire-terms.js'
import type { Control } from '../distribution/control.js'
import { type EncodeOptions, encode } from '../format/external-term-format.js'
import { Atom, atom } from '../terms/atom.js'
import type { ErlangPid } from '../terms/identifiers.js'
import { Tuple, tuple } from '../terms/tuple.js'

/** By the name of a module, the functions in it that other nodes may run, such as `{ Shop: { total: (id) => … } }`. */
export type Exposed = Readonly<Record<string, Readonly<Record<string, (...args: never[]) => unknown>>>>

type SpawnRequest = Extract<Control, { type: 'spawn' }>

const UNDEF = atom('undef')
const BADARG = atom('badarg')
const EXECUTE = new Map([
  ['execute_call', 4],
  ['execute_cast', 3],
])

interface Work {
  readonly run: () => unknown
  /** The exit reason that tells the result. */
  readonly reason?: (value: unknown) => unknown
  readonly failure?: (error: unknown) => unknown
}

export class ExposedFunctions {
  readonly #kernel: Kernel
  readonly #wire: WireTerms
  readonly #exposed: Exposed
  readonly #writing: EncodeOptions

  constructor(kernel: Kernel, wire: WireTerms, exposed: Exposed, writing: EncodeOptions) {
    this.#kernel = kernel
    this.#wire = wire
    // Elixir's `Shop` is the atom `'Elixir.Shop'`: either spelling is one module here.
    this.#exposed = Object.fromEntries(
      Object.entries(exposed).map(([module, functions]) => [shortOf(module), functions]),
    )
    this.#writing = writing
  }

  /** `spawn_request`, and what `erpc` makes of it. */
  spawn(carrier: ErlangCarrier, request: SpawnRequest, args: unknown): void {
    const { id, from } = request
    const refuse = (result: Atom): void =>
      carrier.say({ type: 'spawnReply', id, to: from, linked: false, monitored: false, result })
    const caller = idOfPid(from)
    if (!Array.isArray(args) || caller === undefined) {
      refuse(BADARG)
      return
    }
    const work = this.#workOf(request, args)
    if (work === undefined) {
      refuse(UNDEF)
      return
    }
    const label = `${request.module.name}:${request.name.name}/${request.arity} for ${from.node}`
    const pid = this.#kernel.spawn(() => carriedOut(work), { label })
    const linked = wants(request.options, 'link')
    const monitored = wants(request.options, 'monitor')
    const result = this.#wire.termOf(pid) as ErlangPid
    carrier.say({ type: 'spawnReply', id, to: from, linked, monitored, result })
    if (linked) carrier.take({ op: 'link', from: caller, to: pid.id })
    if (monitored) carrier.watched(from, result, id)
  }

  /**
   * Runs a function in a process of its own, for `rpc`.
   *
   * @param done called in that process with the result
   * @returns undefined where no such function is exposed
   */
  run(module: Atom, name: Atom, args: readonly unknown[], done: (value: unknown) => void): Pid | undefined {
    const run = this.#function(module, name, args)
    if (run === undefined) return undefined
    const label = `${module.name}:${name.name}/${args.length}`
    return this.#kernel.spawn(async () => done(await run()), { label })
  }

  #workOf({ module, name, arity }: SpawnRequest, args: readonly unknown[]): Work | undefined {
    if (args.length !== arity) return undefined
    if (module.name !== 'erpc' || EXECUTE.get(name.name) !== arity) {
      const run = this.#function(module, name, args)
      return run && { run }
    }
    const isCall = arity === 4
    const [m, f, a] = isCall ? args.slice(1) : args
    if (!(m instanceof Atom && f instanceof Atom && Array.isArray(a))) return undefined
    const run = this.#function(m, f, a)
    if (!isCall) return run && { run }
    const [ref] = args
    const undef = tuple(ref, atom('error'), UNDEF, [tuple(m, f, a, [])])
    if (run === undefined) return { run: () => undefined, reason: () => undef }
    return {
      run,
      reason: (value) => {
        // As a reason, a value without a term would be told as text.
        encode(value, this.#writing)
        return tuple(ref, atom('return'), value)
      },
      failure: (error) => tuple(ref, atom('error'), error, []),
    }
  }

  #function(module: Atom, name: Atom, args: readonly unknown[]): (() => unknown) | undefined {
    const short = shortOf(module.name)
    const functions = Object.hasOwn(this.#exposed, short) ? this.#exposed[short] : undefined
    const found =
      functions !== undefined && Object.hasOwn(functions, name.name) ? functions[name.name] : undefined
    return found && (() => (found as (...args: readonly unknown[]) => unknown)(...args))
  }
}

const shortOf = (module: string): string => module.replace(/^Elixir\./, '')

async function carriedOut({ run, reason, failure }: Work): Promise<void> {
  let told: unknown
  try {
    const value = await run()
    if (reason === undefined) return
    told = reason(value)
  } catch (error) {
    if (failure === undefined) throw error
    told = failure(error)
  }
  exit(told)
}

function wants(options: unknown, name: string): boolean {
  if (!Array.isArray(options)) return false
  return options.some(
    (option) =>
      (option instanceof Atom && option.name === name) ||
      (option instanceof Tuple && option.elements[0] === atom(name)),
  )
}
