/**
 * The locks of a registry, by key. The first process that asks gets the lock, the others wait in a queue. The lock passes on when its
 * holder releases it or dies; a process that dies while it waits is skipped.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { call, cast, type From } from '../../genserver/index.js'
import { DownMessage, demonitor, monitor, type Pid, type Reference, self } from '../../kernel/index.js'
import { registryError } from '../errors.js'

class LockRequest {
  /** Marks instances of this class: see `is`. */
  readonly #own = true

  constructor(readonly identity: unknown) {}

  /** Whether a value is such a request. Tests the private field, not `instanceof`: any value can be sent, also a proxy that throws. */
  static is(request: unknown): request is LockRequest {
    return typeof request === 'object' && request !== null && #own in request
  }

  toString(): string {
    return 'lock'
  }
}

/** A granted lock. The holder gets it as the reply to its request, and casts it back to release the lock. */
class Grant {
  /** By which it is told: see `is`. */
  readonly #own = true

  constructor(
    readonly identity: unknown,
    readonly holder: Pid | undefined,
    /** The monitor of the holder; none for code outside any process, which cannot die. */
    readonly watch: Reference | undefined,
  ) {}

  /** As `LockRequest.is`. */
  static is(grant: unknown): grant is Grant {
    return typeof grant === 'object' && grant !== null && #own in grant
  }
}

/** A lock that the running code holds, directly or through the code that called it. */
interface Held {
  readonly keeper: Pid
  readonly identity: unknown
  readonly holder: Pid
  isOver: boolean
  readonly outer: Held | undefined
}

/** The innermost held lock of the async context. It is not per process: two requests of one web server must wait for each other. */
const heldHere = new AsyncLocalStorage<Held>()

function isHeldHere(keeper: Pid, identity: unknown, holder: Pid): boolean {
  for (let at = heldHere.getStore(); at !== undefined; at = at.outer)
    if (!at.isOver && at.keeper === keeper && at.identity === identity && at.holder === holder) return true
  return false
}

/** Runs `fn` under a lock of the registry `name`. @param keeper the process of the registry */
export async function withLock<T>(
  name: string,
  keeper: Pid,
  key: unknown,
  identity: unknown,
  fn: () => T | PromiseLike<T>,
): Promise<T> {
  const holder = self()
  if (isHeldHere(keeper, identity, holder)) {
    throw registryError('LOCK_HELD', { pid: holder, key, registry: name })
  }
  const grant = await call(keeper, new LockRequest(identity), Number.POSITIVE_INFINITY)
  const held: Held = { keeper, identity, holder, isOver: false, outer: heldHere.getStore() }
  try {
    return await heldHere.run(held, fn)
  } finally {
    held.isOver = true
    cast(keeper, grant)
  }
}

/** A lock: its current grant, and the queue of callers that wait. */
interface Lock {
  grant: Grant
  readonly line: Set<From>
}

/** The locks of one registry. Each method returns false if its argument does not concern locks. */
export class Locks {
  readonly #locks = new Map<unknown, Lock>()
  readonly #watched = new Map<Reference, Grant>()

  take(request: unknown, from: From): boolean {
    if (!LockRequest.is(request)) return false
    const lock = this.#locks.get(request.identity)
    if (lock === undefined) {
      this.#locks.set(request.identity, { grant: this.#grant(request.identity, from), line: new Set() })
    } else lock.line.add(from)
    return true
  }

  giveBack(grant: unknown): boolean {
    if (!Grant.is(grant)) return false
    if (grant.watch !== undefined) demonitor(grant.watch, { flush: true })
    this.#passOn(grant)
    return true
  }

  /** Handles the `DOWN` message of a holder. Returns false for any other message. */
  lost(message: unknown): boolean {
    const grant = message instanceof DownMessage ? this.#watched.get(message.ref) : undefined
    if (grant === undefined) return false
    this.#passOn(grant)
    return true
  }

  #passOn(grant: Grant): void {
    if (grant.watch !== undefined) this.#watched.delete(grant.watch)
    const lock = this.#locks.get(grant.identity)
    // An old grant has no effect: the lock has another holder now.
    if (lock?.grant !== grant) return
    const [next] = lock.line
    if (next === undefined) this.#locks.delete(grant.identity)
    else {
      lock.line.delete(next)
      // If that process has died meanwhile, its monitor fires at once, and the lock passes on again.
      lock.grant = this.#grant(grant.identity, next)
    }
  }

  #grant(identity: unknown, from: From): Grant {
    const watch = from.caller === undefined ? undefined : monitor(from.caller)
    const grant = new Grant(identity, from.caller, watch)
    if (watch !== undefined) this.#watched.set(watch, grant)
    from.reply(grant)
    return grant
  }
}
