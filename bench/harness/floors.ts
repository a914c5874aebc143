/** Without this a floating promise has no owner. */
const HOOK = 'The same while V8 tells a function that does nothing of each promise that is made.'

/**
 * The floors, by what they are the floor of: programs of their own in `floors/`, and what they do and leave out, for the
 * page. A floor does less than anything can that gives the guarantees; how much less, it has to say.
 */
export const FLOORS = {
  start: {
    'live-objects':
      'Makes as many records of four objects and 512 bytes, awaits each, and keeps all. No mailbox, no link, no method, nothing runs.',
  },
  cast: {
    dispatch:
      'Makes a message, puts it in a linked queue, and in a microtask for each thousand calls the method it names. One receiver, no turns, no bound, nothing is caught.',
  },
  receive: {
    receive:
      'A linked queue whose `receive` returns a promise, and one function that awaits each. No processes, no patterns, no one who may end.',
    'receive-hook': HOOK,
  },
  handOver: {
    'hand-over':
      'Two async functions hand over by one promise a hop. No mailbox, no pids, no turns, no one who may end.',
    'hand-over-hook': HOOK,
  },
  call: {
    promise:
      'A promise for each answer, resolved by a plain method call before it is awaited. No message, no queue, no time-out, no monitor.',
    'promise-hook': HOOK,
  },
  restart: {
    throw:
      'A method throws `new Error`, ten calls deep; a new object takes the place of the old one. No process ends or starts, no supervisor, no report, and nobody reads the stack.',
  },
  http: {
    'http-promise':
      'The plain handler in an async context, with an answer that comes in a later microtask. No message, no queue, no time-out, no monitor.',
    'http-hook': HOOK,
  },
  scale: {
    'old-to-young':
      'Writes messages into 1,000 records of 512 bytes spread over ever more, and counts them. No calls, starts or restarts, no process: only memory, and what V8 does for an old object that points to a young one.',
  },
} as const
