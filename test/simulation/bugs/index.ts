/** The bugs that the searches are to find. */
import { awaitInTheMiddle } from './await-in-the-middle.js'
import type { Bug } from './bug.js'
import { callsInACircle } from './calls-in-a-circle.js'
import { chargedTwice } from './charged-twice.js'
import { checkThenRegister } from './check-then-register.js'
import { intensityRace } from './intensity-race.js'
import { lapsedLease } from './lapsed-lease.js'
import { locksInTwoOrders } from './locks-in-two-orders.js'
import { lostUpdate } from './lost-update.js'
import { lostWakeUp } from './lost-wake-up.js'
import { missedSubscriber } from './missed-subscriber.js'
import { monitorTooLate } from './monitor-too-late.js'
import { overtaking } from './overtaking.js'
import { poolMadeTwice } from './pool-made-twice.js'
import { replyOfTheDead } from './reply-of-the-dead.js'
import { shutdownOrder } from './shutdown-order.js'
import { staleCache } from './stale-cache.js'
import { stalePid } from './stale-pid.js'
import { tickingTwice } from './ticking-twice.js'

export const BUGS: readonly Bug[] = [
  lostUpdate,
  checkThenRegister,
  awaitInTheMiddle,
  replyOfTheDead,
  monitorTooLate,
  missedSubscriber,
  intensityRace,
  poolMadeTwice,
  callsInACircle,
  locksInTwoOrders,
  stalePid,
  lostWakeUp,
  shutdownOrder,
  tickingTwice,
  overtaking,
  chargedTwice,
  staleCache,
  lapsedLease,
]
