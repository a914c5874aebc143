/**
 * Carriers: what joins two kernels, beneath links, monitors and calls, which are the kernel's. A carrier implements `Carrier` of
 * `heartwood/kernel`.
 */
export { MemoryLink, type MemoryLinkOptions, StructuredCodec } from '../carrier/index.js'
