/**
 * Node's timers as a process owns them: they end with their process, run as it, and a throw in one is its crash. They
 * run on the kernel's clock, so a test decides what time it is.
 *
 * | here | against Node's |
 * | --- | --- |
 * | `setTimeout`, `setInterval`, `setImmediate` | owned by the current process, or outside any by the program |
 * | `clearTimeout`, `clearInterval`, `clearImmediate` | the same |
 * | `refresh`, `ref`, `unref`, `hasRef`, `close`, `using` | the same |
 * | `Infinity` and `NaN` milliseconds | refused with BAD_TIME; Node takes them for 1 |
 */
export {
  clearOwned as clearImmediate,
  clearOwned as clearInterval,
  clearOwned as clearTimeout,
  OwnedImmediate as Immediate,
  OwnedTimer as Timeout,
  ownedImmediate as setImmediate,
  ownedInterval as setInterval,
  ownedTimeout as setTimeout,
} from '../kernel/index.js'
