import type { Pid } from '../terms/pid.js'

/**
 * An observer that is called at the moment of a death, before links, monitors and resources. It is for an index of processes that must
 * never contain a dead one. It must not throw, send or wait.
 */
export interface DeathObserver {
  died(pid: Pid): void
}

/** The death observers of a process. None or a single one is stored without a set, as with links. */
export type DeathObservers = DeathObserver | Set<DeathObserver> | undefined

/** A process whose death is observed. */
interface Observed {
  readonly pid: Pid
  witnesses: DeathObservers
}

export function addDeathObserver(process: Observed, witness: DeathObserver): void {
  const { witnesses } = process
  if (witnesses === undefined || witnesses === witness) process.witnesses = witness
  else if (witnesses instanceof Set) witnesses.add(witness)
  else process.witnesses = new Set([witnesses, witness])
}

export function removeDeathObserver(process: Observed, witness: DeathObserver): void {
  if (process.witnesses === witness) process.witnesses = undefined
  else if (process.witnesses instanceof Set) process.witnesses.delete(witness)
}

export function tellDeathObservers(process: Observed): void {
  const { witnesses, pid } = process
  process.witnesses = undefined
  if (witnesses instanceof Set) for (const witness of witnesses) witness.died(pid)
  else witnesses?.died(pid)
}
