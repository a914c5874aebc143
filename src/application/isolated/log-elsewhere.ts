/** The log of an isolated server: its lines are records that the log of the application writes. */
import type { Home } from '../../isolation/index.js'
import { createLogger, type Logger, type LogLevel, setLogLevel } from '../../logging/index.js'

/** One line on its way. */
export interface Line {
  readonly level: Exclude<LogLevel, 'silent'>
  readonly message: string | undefined
  readonly fields: Readonly<Record<string, unknown>>
}

/** The logger that the server finds. */
export function logElsewhere(
  level: LogLevel,
  home: Home,
): { readonly logger: Logger; setLevel(level: LogLevel): void } {
  const write = (text: string): void => home.say(lineOf(text, home))
  const logger = createLogger({ level, format: 'json', base: {}, destination: { write } })
  return { logger, setLevel: (changed) => setLogLevel(logger, changed) }
}

function lineOf(text: string, home: Home): Line {
  // The application's log has an `osPid` in each line.
  const {
    level,
    time: _time,
    osPid: _osPid,
    msg,
    pid,
    ...fields
  } = JSON.parse(text) as Record<string, unknown>
  return {
    level: level as Line['level'],
    message: msg as string | undefined,
    fields: { pid: typeof pid === 'string' ? home.shown(pid) : pid, ...fields },
  }
}
