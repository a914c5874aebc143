import Bottleneck from 'bottleneck'
import { lost } from '../lost.js'

export const open = () => new Bottleneck({ maxConcurrent: 1 })
export const use = (limiter) => limiter.schedule(async () => new Promise((resolve) => setImmediate(resolve)))
export const close = (limiter) => limiter.disconnect()
export const failures = {
  callback: (limiter) => limiter.submit((done) => done(null, 1), lost),
  listener: (limiter) => {
    // It catches what a listener throws, and tells it as an event.
    limiter.once('idle', () => void setImmediate(lost))
    void limiter.schedule(async () => {})
  },
  'rejection, of a task': (limiter) => void limiter.schedule(async () => lost()),
  'death with the queue full': (limiter) => {
    for (let at = 0; at < 10; at++) limiter.schedule(() => new Promise(() => {})).catch(() => {})
    setImmediate(lost)
  },
}
