/** What happened in a kernel under test: recorded, as text, and as a picture. */
export { type Actor, TraceEvent, type TraceKind } from './event.js'
export { Recorder, TEST } from './recorder.js'
export { plain, sequenceOf } from './sequence.js'
export { StableNames } from './stable-names.js'
export { lineOf, type TimelineOptions, timelineOf } from './timeline.js'
export { messageText, type NameOf, reasonText, shown } from './wording.js'
