/** The development loop: new code for a program that runs, loaded by Vite. */
export { type Swapped, swapCode } from './code-swap.js'
export { dev } from './dev.js'
