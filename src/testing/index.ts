/** The kit for tests of what runs on Heartwood: virtual time, kept reports. */
export { VirtualClock } from '../kernel/index.js'
export { TestKernel, type TestKernelOptions } from './test-kernel.js'
