import { hooked } from './hook.js'
import { work as withoutHook } from './promise.js'

export const work = hooked(withoutHook)
