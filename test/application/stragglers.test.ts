import { expect, it } from 'vitest'
import { killTree, oneLineOf } from '../../src/application/lifecycle/kill-stragglers.js'
import { currentKernel, Kernel, processes, spawn } from '../../src/kernel/index.js'

it('stragglers are killed with all above them, and those at the bottom are named', () =>
  new Kernel({ report() {} }).run(async () => {
    const top = spawn(() => {
      spawn(() => {
        currentKernel().spawnBehaviour({ handle() {} }, { label: 'leaf' })
        return new Promise(() => {})
      })
      return new Promise(() => {})
    })
    await currentKernel().settled()
    const before = processes().length
    expect(killTree(top)).toEqual([expect.stringMatching(/^leaf </)])
    expect(processes().length).toBe(before - 3)
  }))

it('a line of a log names so many of them as fit', () => {
  expect(oneLineOf(['a', 'b'])).toBe('a, b')
  const many = Array.from({ length: 6_000 }, (_, index) => `n${index}`)
  expect(oneLineOf(many)).toMatch(/^n0, .*, n19 and 5,980 more$/)
})
