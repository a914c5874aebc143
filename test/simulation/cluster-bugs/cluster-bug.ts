import type { Program, RunOptions } from 'heartwood/testing'
import type { Layer, Mistake } from './layer.js'

/** A mistake in a small program of several nodes, beside the program as it should be. */
export interface ProgramBug {
  readonly name: string
  /** What goes wrong, in one sentence. */
  readonly story: string
  readonly broken: Program
  readonly fixed: Program
  /** What its runs need beyond the defaults. */
  readonly options?: RunOptions
}

/** A line of the layer of clusters that is wrong; its fixed twin is the layer. */
export interface LayerBug {
  readonly name: string
  readonly story: string
  readonly mistake: Mistake
  readonly program: (layer: Layer) => Program
  readonly options?: RunOptions
}
