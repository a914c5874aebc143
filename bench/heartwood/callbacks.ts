/** The cell in OTP's own form: state in, state out, and nothing injected. */
import type { Callbacks } from 'heartwood'

export const cell: Callbacks<number, number> = {
  init: (value) => ({ state: value }),
  handleCall: (request, _from, value) => {
    const next = request === 'value' ? value : value + Number(request)
    return { reply: next, state: next }
  },
  handleCast: (_request, value) => ({ state: value }),
}
