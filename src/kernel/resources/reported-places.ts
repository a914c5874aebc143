import type { Place } from '../terms/code-place.js'

/** The most places that are distinguished. */
const PLACES = 200

/** The milliseconds after which a place that goes on is reported again; the following intervals are longer. */
const AGAIN = 10_000
const FURTHER = 6
const FURTHEST = 600_000

/** One place in user code that is reported: once, and again with its count while it goes on. */
export class ReportedPlace {
  count = 0
  #told = 0
  #next = 0
  #delay = AGAIN

  constructor(readonly place: Place | undefined) {}

  /**
   * Counts some more.
   *
   * @returns the number since the last report, if it is time for a report
   */
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

/** The places that one kernel reports. Their number is limited: further places are reported as one. */
export class ReportedPlaces {
  readonly #known = new Map<string, ReportedPlace>()

  /** @param what the kind of the report; different kinds at one place are reported separately */
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
