/**
 * Carriers: what joins two kernels, beneath links, monitors and calls, which are the kernel's. A carrier implements `Carrier` of
 * `heartwood/kernel`.
 */
export { CloningCarrier } from './cloning-carrier.js'
export { StructuredCodec } from './codec/structured-codec.js'
export { transfer } from './codec/transfer.js'
export { MemoryLink, type MemoryLinkOptions } from './memory-carrier.js'
