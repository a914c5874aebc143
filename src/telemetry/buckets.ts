import { errorsOf, KERNEL_ERRORS } from '../kernel/index.js'

const kernelError = errorsOf(KERNEL_ERRORS)

/** Checks the bounds of histograms and returns them. @throws BAD_OPTION */
export function checkBuckets(action: string, value: readonly number[]): readonly number[] {
  const fits =
    Array.isArray(value) &&
    value.every((bound, at) => Number.isFinite(bound) && bound > ((value as number[])[at - 1] ?? 0))
  if (fits) return value
  const expected = 'a list of rising numbers above 0, in seconds, such as [0.001, 0.01, 0.1, 1]'
  throw kernelError('BAD_OPTION', { action, option: 'buckets', value, expected })
}
