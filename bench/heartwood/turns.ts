import { sleep } from 'heartwood'

/** What a process does before it lets others run: about as much as the BEAM lets one do. */
const SHARE = 1_000

/** Does something `size` times, and lets others run in between: the BEAM interrupts a process that does not. */
export async function inTurns(size: number, act: (at: number) => void): Promise<void> {
  for (let at = 0; at < size; ) {
    for (const end = Math.min(size, at + SHARE); at < end; at++) act(at)
    await sleep(0)
  }
}
