import { decorate, Supervisor } from 'heartwood'
import { Ticker } from './ticker.js'

/** Starts its children in this order and restarts the one that crashes; after 3 crashes in 5 seconds it gives up. */
export class Root {}
decorate(Supervisor({ strategy: 'one_for_one', intensity: 3, period: 5_000, children: [Ticker] }), Root)
