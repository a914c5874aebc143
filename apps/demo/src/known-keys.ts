import type { z } from 'zod'

/** Has a strict object say of a key that it does not know which ones there are. */
export function onlyKeysOf(shape: object): { error: (issue: z.core.$ZodRawIssue) => string | undefined } {
  const known = Object.keys(shape).join(', ')
  return {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return undefined
      return `unknown key ${issue.keys.map((key) => `"${key}"`).join(', ')}; expected only ${known}`
    },
  }
}
