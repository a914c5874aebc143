import { work as withoutHook } from './hand-over.js'
import { hooked } from './hook.js'

export const work = hooked(withoutHook)
