// biome-ignore-all lint/style/noRestrictedGlobals: it runs beside Pulse, in the time of the machine
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import type { Alert } from '../../src/alerts/alert.js'

/** One request with an alert. */
export interface Delivery {
  readonly alert: Alert
  /** Milliseconds since the soak began. */
  readonly begun: number
  /** When it was answered; undefined where whoever asked was gone before. */
  answered: number | undefined
}

/** Milliseconds after an answer in which Pulse may not have noted yet that it came: it is read in its turn, and put onto the disk. */
const NOTING = 250
/** An answer takes up to so many milliseconds, so that some are under way at any moment. */
const SLOWEST = 300

/** Takes alerts as a webhook does, and knows which came when. */
export class Receiver {
  readonly deliveries: Delivery[] = []
  readonly #server: Server

  constructor(now: () => number) {
    this.#server = createServer(async (request, response) => {
      const begun = now()
      const alert = (await json(request)) as Alert
      const delivery: Delivery = { alert, begun, answered: undefined }
      this.deliveries.push(delivery)
      setTimeout(() => {
        if (response.destroyed) return
        delivery.answered = now()
        response.end('taken')
      }, Math.random() * SLOWEST)
    })
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  /** Of each target, what was told of it, in the order in which it first came. */
  told(): Map<string, string[]> {
    const seen = new Set<string>()
    const told = new Map<string, string[]>()
    for (const { alert } of this.deliveries) {
      if (seen.has(alert.id)) continue
      seen.add(alert.id)
      const kinds = told.get(alert.target) ?? []
      told.set(alert.target, [...kinds, alert.kind])
    }
    return told
  }

  /**
   * Alerts that came more than once, and which of them were under way when Pulse was killed; of those, how long before the
   * kill they had been answered, in milliseconds.
   *
   * @param kills when Pulse was killed, in milliseconds since the soak began
   */
  repeated(kills: readonly number[]): { inFlight: number; gaps: number[]; wrong: string[] } {
    const byId = new Map<string, Delivery[]>()
    for (const delivery of this.deliveries) {
      byId.set(delivery.alert.id, [...(byId.get(delivery.alert.id) ?? []), delivery])
    }
    let inFlight = 0
    const gaps: number[] = []
    const wrong: string[] = []
    for (const [id, deliveries] of byId) {
      for (const [at, later] of deliveries.slice(1).entries()) {
        const { begun, answered = Number.POSITIVE_INFINITY } = deliveries[at] as Delivery
        const cut = kills.find((kill) => begun <= kill && answered + NOTING >= kill && later.begun > kill)
        if (cut !== undefined && later.alert.text === deliveries[0]?.alert.text) {
          inFlight++
          gaps.push(Math.max(0, Math.round(cut - answered)))
        } else
          wrong.push(`${id} at ${Math.round(begun)} (answered ${answered}) and at ${Math.round(later.begun)}`)
      }
    }
    return { inFlight, gaps, wrong }
  }
}
