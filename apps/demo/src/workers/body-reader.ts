import { Call, GenServer } from 'heartwood'
import { judgeJson } from '../checks/json-body.js'
import type { JsonWanted } from '../target.js'

/** Milliseconds that the reading of one body may take. The longest that is read takes a hundredth of it, if nobody means ill. */
export const READING_LIMIT = 1_000

/** How many there are: the last one is for targets over whose bodies one was ended, the others are for all. */
export const READERS = 3

/**
 * Judges JSON bodies by their paths, in a thread. What a path costs depends on the body, which is its server's to choose: one with
 * filters or descents (`$..[?match(@.name, "(a+)+b")]`) can keep a core busy for years over a few bytes. Here that costs this worker, which is ended and
 * started again, and not all checks and pages.
 */
@GenServer({
  isolate: 'thread',
  module: import.meta.url,
  blockedFor: READING_LIMIT,
  warm: 1,
})
export class BodyReader {
  @Call() judge(content: string, wanted: JsonWanted): string | undefined {
    return judgeJson(content, wanted)
  }
}
