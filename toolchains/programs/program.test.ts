import { expect, it } from 'vitest'

it('runs', async () => {
  const { said } = await import(/* @vite-ignore */ `./${process.env.PROGRAM}.ts`)
  expect(said).toBe('all is well')
})
