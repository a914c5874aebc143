import { expect, it } from 'vitest'

it('runs', async () => {
  const program = await import(/* @vite-ignore */ `./${process.env.PROGRAM}.ts`)
  // One that is a program of its own has run when it was loaded.
  await program.run?.()
  expect(program.said).toBe('all is well')
})
