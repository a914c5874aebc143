import { errorsOf } from '../kernel/index.js'

/** The errors of the observer. */
export const OBSERVER_ERRORS = {
  OBSERVER_OPTION: 'the observer option {option} must be {expected}, but is {value}.',
  OBSERVER_TOKEN_REQUIRED:
    'the observer would be open to {place}, so it needs a token: give the option token a secret of at least 16 characters.',
  OBSERVER_PARAMETER: 'the parameter {parameter} must be {expected}, but is {value}.',
  OBSERVER_BODY: 'the body of the request must be {expected}, but is {value}.',
  OBSERVER_NO_TOKEN:
    'this needs the token of the observer: send the header "authorization: Bearer <token>" with the one it was started with.',
  OBSERVER_READ_ONLY: 'the observer was started without a token, so it only shows and changes nothing.',
  OBSERVER_FOREIGN: 'a page of another site ({site}) may not send this to the observer.',
  OBSERVER_HOST:
    'the observer does not answer to the host "{host}". Use its address, or add the name to the option hosts.',
  OBSERVER_NOT_FOUND: 'there is no {path} here.',
  OBSERVER_NO_PROCESS: 'there is no live process {process}.',
  OBSERVER_NO_ANSWER:
    '{process} is in a thread or program that did not answer in time: its code may not give the loop back, or it is being started or ended.',
  OBSERVER_METHOD: '{path} takes {expected}, not {method}.',
  OBSERVER_ACTION_FAILED: '{action} of {process} failed: {reason}',
  OBSERVER_CONSOLE_OFF:
    'the observer has no console: outside development and tests it accepts a console only with the option console: true.',
  OBSERVER_TOO_MANY_ORDERS: 'the observer waits for {limit} orders of consoles, which is all it allows.',
  CONSOLE_ARGUMENT: '{place} must be {expected}, but is {value}.',
  CONSOLE_REFUSED: 'the program says: {said}',
  CONSOLE_ABANDONED: 'the line was cancelled, and so was its request to the program.',
  OBSERVER_TOO_MANY_STREAMS: 'the observer has {limit} event streams open, which is all it allows.',
  OBSERVER_PAGE_MISSING:
    'the page of the observer is not there: it lies in the package, in dist/observer/page, and a bundle has no such folder. ' +
    'Leave heartwood out of the bundle; in a checkout run "npm run build". The API works without it.',
  OBSERVER_FAILED: 'the observer failed on this: {reason}',
} as const

export type ObserverErrorCode = keyof typeof OBSERVER_ERRORS

export const observerError = errorsOf(OBSERVER_ERRORS)

/** The status of an answer that is an error. */
export const STATUS_OF: Readonly<Record<ObserverErrorCode, number>> = {
  OBSERVER_OPTION: 500,
  OBSERVER_TOKEN_REQUIRED: 500,
  OBSERVER_PARAMETER: 400,
  OBSERVER_BODY: 400,
  OBSERVER_NO_TOKEN: 401,
  OBSERVER_READ_ONLY: 403,
  OBSERVER_FOREIGN: 403,
  OBSERVER_HOST: 403,
  OBSERVER_NOT_FOUND: 404,
  OBSERVER_NO_PROCESS: 404,
  OBSERVER_NO_ANSWER: 504,
  OBSERVER_METHOD: 405,
  OBSERVER_ACTION_FAILED: 409,
  OBSERVER_CONSOLE_OFF: 403,
  OBSERVER_TOO_MANY_ORDERS: 503,
  CONSOLE_ARGUMENT: 500,
  CONSOLE_REFUSED: 500,
  CONSOLE_ABANDONED: 500,
  OBSERVER_TOO_MANY_STREAMS: 503,
  OBSERVER_PAGE_MISSING: 503,
  OBSERVER_FAILED: 500,
}
