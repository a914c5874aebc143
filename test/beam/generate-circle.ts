/** Random scenarios of servers that call each other. */
import type { Answering, CircleCall, CircleScenario } from './circle-scenario.js'
import type { Random } from './random.js'

const DEPTH = 4

export function generateCircle(random: Random, id: string): CircleScenario {
  const servers = random.between(2, 6)
  const ops = Array.from({ length: random.between(2, 5) }, () => call(random, servers, undefined, DEPTH))
  return { id, kind: 'circle', servers, ops }
}

/** @param at the server that makes the call, which calls itself no more than a gen_server may */
function call(random: Random, servers: number, at: number | undefined, depth: number): CircleCall {
  const to = pickServer(random, servers, at)
  const how = random.weighted<Answering>({ plain: 6, beside: 2, later: 1, forwarded: 1, lent: 1 })
  // Another than the one that is called: who has a call forwarded to itself goes on with it later.
  const by = pickServer(random, servers, to)
  const caller = how === 'forwarded' ? by : to
  const count = depth === 0 ? 0 : random.below(3)
  const acts = Array.from({ length: count }, () => call(random, servers, caller, depth - 1))
  // So many different ones that two hardly ever fall on the same moment, whose order would be each side's own.
  return { delay: random.between(1, 99_999), to, how, by, acts }
}

function pickServer(random: Random, servers: number, other: number | undefined): number {
  const at = random.below(other === undefined ? servers : servers - 1)
  return other !== undefined && at >= other ? at + 1 : at
}
