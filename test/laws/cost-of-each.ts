/** How what is done for each of many is compared with what is done for each of few. */
import { TestKernel } from 'heartwood/testing'
import { expect } from 'vitest'

const FEW = 500

/** So many that a cost which grows with their number, or its square, is several times as large. */
const MANY = 4_000

/** Milliseconds of computing. */
export async function costOf(act: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  await act()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}

/** What a law is about: how long it takes with so many, in milliseconds. */
type Work = (count: number, kernel: TestKernel) => Promise<number>

async function costWith(work: Work, count: number): Promise<number> {
  const kernel = new TestKernel({ messages: 'share' })
  try {
    let cost = 0
    await kernel.run(async () => {
      cost = await work(count, kernel)
    })
    return cost
  } finally {
    await kernel.close()
  }
}

async function ratio(many: number, each: (count: number) => Promise<number>): Promise<number> {
  const small = Math.min(await each(FEW), await each(FEW), await each(FEW))
  const large = Math.min(await each(many), await each(many))
  return large / small
}

/** Asserts that the work for each of many takes as long as for each of few; quadratic, it would take 8 times as long. */
export async function isLinear(work: Work, many = MANY): Promise<void> {
  expect(await ratio(many, async (count) => (await costWith(work, count)) / count)).toBeLessThan(4)
}

/** Asserts that the work takes as long among many as among few; linear, it would take 8 times as long. */
export async function isFlat(work: Work, many = MANY): Promise<void> {
  expect(await ratio(many, (count) => costWith(work, count))).toBeLessThan(4)
}

/** A message that counts how often anybody looks what it is. */
export class Looked {
  count = 0
  readonly message = new Proxy(
    {},
    {
      getPrototypeOf: () => {
        this.count++
        return Object.prototype
      },
    },
  )
}
