import { LOAD_COMPILED } from './compiled-modules.js'

/**
 * What runs first in another thread or program. It is a source and no file, which a bundle would not have: it loads the module of
 * the class, and the class has with it what runs it (`isolable`). It stands in a block, and takes away what Node gives to a source alone: else its
 * constants, `require` and `module` would be names that every module over there sees.
 */
const LOAD = `
${LOAD_COMPILED}
const key = Symbol.for(orders.key)
const load = async ({ module, runner, tsx }) => {
  if (tsx !== undefined) (await import(tsx)).register()
  return runner === undefined ? import(module) : loadCompiled(runner, module, post, listen)
}
let isLoading = true
// Node ends without a word what waits at its top level for what never comes.
process.once('beforeExit', () => {
  if (isLoading) fail(['unloaded', new Error('the module awaits at its top level what never settles, and nothing else is left to do: Node would end with exit code 13')])
})
load(orders).then((loaded) => {
  isLoading = false
  const Class = [loaded[orders.name], loaded.default, ...Object.values(loaded)].find(
    (each) => typeof each === 'function' && each.name === orders.name && Object.hasOwn(each, key))
  if (Class === undefined) return fail(['unfound', Object.keys(loaded)])
  Class[key].run({ ...orders, port })
}).catch((error) => {
  isLoading = false
  fail(['unloaded', error])
})
`

/** All that is required is built in. The `require` of the global object is Node's alone: Bun gives the source one of its own. */
const HIDDEN = `
const require = (name) => process.getBuiltinModule(name)
for (const name of ['require', 'module', 'exports', '__filename', '__dirname']) delete globalThis[name]`

/** That of a thread. */
export const THREAD_SOURCE = `{
${HIDDEN}
const { workerData: orders } = require('node:worker_threads')
const { port } = orders
delete orders.port
const post = (message) => port.postMessage(message)
const listen = (hear) => port.on('message', hear)
const fail = (message) => {
  try { post(message) } catch { post(['unloaded', String(message[1])]) }
}
${LOAD}}`

/**
 * In a thread of its own, since the code of the program may be in an endless loop: ends the program when whoever started it is no more. Such a
 * program gets another parent.
 */
const WATCH = `
const { workerData: parent } = require('node:worker_threads')
const isGone = () => {
  if (process.ppid !== parent) return true
  // On Windows a program keeps the number of its parent.
  try { process.kill(parent, 0) } catch (error) { return error.code === 'ESRCH' }
  return false
}
setInterval(() => { if (isGone()) process.kill(process.pid, 'SIGKILL') }, 500)`

/**
 * That of a program, with its orders as an argument. Ctrl-C and service managers send SIGINT and SIGTERM to all programs of a group: its host has
 * them, too, and stops what runs here in good order.
 */
export const PROGRAM_SOURCE = `{
${HIDDEN}
const [orders] = process.argv.splice(1, 1).map((text) => JSON.parse(text))
// What this source is run with is not for the programs and threads that are begun here, which get what is left.
process.execArgv = process.execArgv.slice(0, orders.flags)
const port = undefined
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {})
process.on('disconnect', () => process.exit(1))
// Loading must not wait for the channel: a module that can never be loaded would be loaded for ever.
if (orders.runner === undefined) process.channel.unref()
new (require('node:worker_threads').Worker)(${JSON.stringify(WATCH)}, { eval: true, workerData: process.ppid, execArgv: [], env: {} }).unref()
const post = (message) => process.send(message)
const listen = (hear) => process.on('message', hear)
const fail = (message) => process.send(message, () => process.exit(1))
${LOAD}}`
