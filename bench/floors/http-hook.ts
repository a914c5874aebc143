import { hooked } from './hook.js'
import { work as withoutHook } from './http-promise.js'

export const work = hooked(withoutHook)
