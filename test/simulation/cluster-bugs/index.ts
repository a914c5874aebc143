import type { ProgramBug } from './cluster-bug.js'
import { doubleCron } from './double-cron.js'
import { leaderBySilence } from './leader-by-silence.js'
import { leaseByWallClocks } from './lease-by-wall-clocks.js'
import { lostHandOver } from './lost-hand-over.js'
import { monitorThatNeverFires } from './monitor-that-never-fires.js'
import { nameFreedTooEarly } from './name-freed-too-early.js'
import { retryAfterALostAnswer } from './retry-after-a-lost-answer.js'
import { splitGroup } from './split-group.js'
import { staleOwnerWrites } from './stale-owner-writes.js'

/** In small programs of several nodes. */
export const PROGRAM_BUGS: readonly ProgramBug[] = [
  doubleCron,
  leaderBySilence,
  leaseByWallClocks,
  lostHandOver,
  monitorThatNeverFires,
  nameFreedTooEarly,
  retryAfterALostAnswer,
  splitGroup,
  staleOwnerWrites,
]
