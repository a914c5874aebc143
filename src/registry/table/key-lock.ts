/**
 * Locks by key, as a registry's process keeps them: whoever asks first gets the lock, the others wait in line, and the
 * death of who holds it, or waits for it, passes it on.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { call, cast, type From } from '../../genserver/index.js'
import { DownMessage, demonitor, monitor, type Pid, type Reference, self } from '../../kernel/index.js'
import { registryError } from '../errors.js'

class LockRequest {
  /** By which it is told: see `is`. */
  readonly #own = true

  constructor(readonly identity: unknown) {}

  /** Told by a private field, not by `instanceof`: a request is anybody's value, and may be a proxy that throws. */
  static is(request: unknown): request is LockRequest {
    return typeof request === 'object' && request !== null && #own in request
  }

  toString(): string {
    return 'lock'
  }
}

/** A lock in somebody's hands. Sent to the holder, who sends it back to be rid of it. */
class Grant {
  /** By which it is told: see `is`. */
  readonly #own = true

  constructor(
    readonly identity: unknown,
    readonly holder: Pid | undefined,
    /** The monitor of the holder; none for code outside any process, which does not die. */
    readonly watch: Reference | undefined,
  ) {}

  /** As `LockRequest.is`. */
  static is(grant: unknown): grant is Grant {
    return typeof grant === 'object' && grant !== null && #own in grant
  }
}

/** A lock that the running code holds, as far as it was called by what runs under it. */
interface Held {
  readonly keeper: Pid
  readonly identity: unknown
  readonly holder: Pid
  isOver: boolean
  readonly outer: Held | undefined
}

/** By the flow of calls and not by process: requests of one web server wait for each other like anybody else. */
const heldHere = new AsyncLocalStorage<Held>()

function isHeldHere(keeper: Pid, identity: unknown, holder: Pid): boolean {
  for (let at = heldHere.getStore(); at !== undefined; at = at.outer)
    if (!at.isOver && at.keeper === keeper && at.identity === identity && at.holder === holder) return true
  return false
}

/** Runs `fn` while the current process holds a lock that the registry `name` keeps in its process `keeper`. */
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

/** One lock: who has it, and who waits for it. */
interface Lock {
  grant: Grant
  readonly line: Set<From>
}

/** The locks of one registry. Each method says whether what it was given was a matter of locks at all. */
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

  /** Whether the message is the death of a holder. */
  lost(message: unknown): boolean {
    const grant = message instanceof DownMessage ? this.#watched.get(message.ref) : undefined
    if (grant === undefined) return false
    this.#passOn(grant)
    return true
  }

  #passOn(grant: Grant): void {
    if (grant.watch !== undefined) this.#watched.delete(grant.watch)
    const lock = this.#locks.get(grant.identity)
    // An old grant means nothing: the lock is somebody else's by now.
    if (lock?.grant !== grant) return
    const [next] = lock.line
    if (next === undefined) this.#locks.delete(grant.identity)
    else {
      lock.line.delete(next)
      // If that one has died meanwhile, the monitor says so at once, and it goes on to the next.
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
