#!/usr/bin/env node
import * as modules from 'node:module'

// As process 1 of a container, signals do nothing without a handler: nor while Heartwood itself is being loaded.
if (process.pid === 1) {
  for (const [signal, code] of [
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ]) {
    // Marked, so that `heartwood start` can put its own in place of it.
    const leave = Object.assign(() => process.exit(code), { [Symbol.for('heartwood.leave')]: true })
    process.on(signal, leave)
  }
}
// Of Node 22.1 and newer: what V8 has compiled once need not be compiled again.
modules.enableCompileCache?.()
await import('../dist/cli.js')
