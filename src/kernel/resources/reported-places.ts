import type { Place } from '../terms/code-place.js'

/** Places that are kept apart. */
const PLACES = 200

/** After how many milliseconds a place that goes on is told again; the next time is further off. */
const AGAIN = 10_000
const FURTHER = 6
const FURTHEST = 600_000

/** One place in the user's code that is told of: once, and again with its count while it goes on. */
export class ReportedPlace {
  count = 0
  #told = 0
  #next = 0
  #delay = AGAIN

  constructor(readonly place: Place | undefined) {}

  /** Counts some more. How many there were since it was told, when it is time to tell. */
  another(now: number, more = 1): number | undefined {
    this.count += more
    if (this.#told > 0 && now < this.#next) return undefined
    const since = this.count - this.#told
    this.#told = this.count
    this.#next = now + this.#delay
    this.#delay = Math.min(this.#delay * FURTHER, FURTHEST)
    return since
  }
}

/** The places that one kernel tells of, a bounded number: what comes after that is told as of one. */
export class ReportedPlaces {
  readonly #known = new Map<string, ReportedPlace>()

  /** @param what is told of there; what is told of apart has a name of its own */
  at(what: string, place: Place | undefined): ReportedPlace {
    const name = `${what} ${place?.at}`
    const key = this.#known.size < PLACES ? name : 'elsewhere'
    const known = this.#known.get(name) ?? this.#known.get(key)
    if (known !== undefined) return known
    const spot = new ReportedPlace(key === 'elsewhere' ? undefined : place)
    this.#known.set(key, spot)
    return spot
  }
}
