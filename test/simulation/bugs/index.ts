/** The bugs that the searches are to find. */

import { acknowledgedTooEarly } from './acknowledged-too-early.js'
import { answersMixedUp } from './answers-mixed-up.js'
import { awaitInTheMiddle } from './await-in-the-middle.js'
import { barrierOfTwoRounds } from './barrier.js'
import type { Bug } from './bug.js'
import { callsInACircle } from './calls-in-a-circle.js'
import { cancelledBeforeBooked } from './cancelled-before-booked.js'
import { chargedTwice } from './charged-twice.js'
import { checkThenRegister } from './check-then-register.js'
import { connectionLentTwice } from './connection-lent-twice.js'
import { countedTwice } from './counted-twice.js'
import { drainedTooEarly } from './drained-too-early.js'
import { exitOfThePredecessor } from './exit-of-the-predecessor.js'
import { flushedTwice } from './flushed-twice.js'
import { formerLeader } from './former-leader.js'
import { grantedTooLate } from './granted-too-late.js'
import { halfCommitted } from './half-committed.js'
import { intensityRace } from './intensity-race.js'
import { lapsedLease } from './lapsed-lease.js'
import { lastBatch } from './last-batch.js'
import { lateSuccess } from './late-success.js'
import { locksInTwoOrders } from './locks-in-two-orders.js'
import { lostInTheMove } from './lost-in-the-move.js'
import { lostUpdate } from './lost-update.js'
import { lostWakeUp } from './lost-wake-up.js'
import { missedSubscriber } from './missed-subscriber.js'
import { monitorTooLate } from './monitor-too-late.js'
import { movingPage } from './moving-page.js'
import { oneTemporaryFile } from './one-temporary-file.js'
import { overtaking } from './overtaking.js'
import { permitOfTheDead } from './permit-of-the-dead.js'
import { poolMadeTwice } from './pool-made-twice.js'
import { publishedBeforeSaved } from './published-before-saved.js'
import { refilledTwice } from './refilled-twice.js'
import { staleReplica } from './replica.js'
import { replyOfTheDead } from './reply-of-the-dead.js'
import { shutdownOrder } from './shutdown-order.js'
import { staleCache } from './stale-cache.js'
import { stalePid } from './stale-pid.js'
import { tickAfterCancel } from './tick-after-cancel.js'
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
  acknowledgedTooEarly,
  answersMixedUp,
  barrierOfTwoRounds,
  cancelledBeforeBooked,
  connectionLentTwice,
  countedTwice,
  drainedTooEarly,
  exitOfThePredecessor,
  flushedTwice,
  formerLeader,
  lateSuccess,
  oneTemporaryFile,
  permitOfTheDead,
  staleReplica,
  tickAfterCancel,
  grantedTooLate,
  halfCommitted,
  lastBatch,
  lostInTheMove,
  movingPage,
  publishedBeforeSaved,
  refilledTwice,
]
