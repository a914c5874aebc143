import { hooked } from './hook.js'
import { work as withoutHook } from './receive.js'

export const work = hooked(withoutHook)
