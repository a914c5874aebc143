/** The log of an isolated server: its records are sent to the application, whose log writes them. */
import type { Home } from '../../isolation/index.js'
import { createLogger, type Logger, type LogLevel, setLogLevel } from '../../logging/index.js'

/** A record that is sent. */
export interface Line {
  readonly level: Exclude<LogLevel, 'silent'>
  readonly message: string | undefined
  readonly fields: Readonly<Record<string, unknown>>
}

/** Makes the logger of the isolated server. */
export function logElsewhere(
  level: LogLevel,
  home: Home,
): { readonly logger: Logger; setLevel(level: LogLevel): void } {
  const write = (text: string): void => home.say(lineOf(text, home))
  const logger = createLogger({ level, format: 'json', base: {}, destination: { write } })
  return { logger, setLevel: (changed) => setLogLevel(logger, changed) }
}

function lineOf(text: string, home: Home): Line {
  // `osPid` and `time` are left out: the log of the application adds its own.
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
