import type fc from 'fast-check'
import type { Program } from 'heartwood/testing'

/** Makes random programs, of one make. */
export interface ProgramMaker<P> {
  readonly arbitrary: fc.Arbitrary<P>
  programOf(program: P): Program
  /** Programs with a little less in them, for one in which something is wrong. */
  smaller(program: P): Iterable<P>
  /** Its programs are run on a plain kernel too, with a clock that goes on meanwhile: what comes of it must be an outcome. */
  readonly drifts?: boolean
  /** Its code awaits what is settled: it is searched with that option, and so without a reduction. */
  readonly betweenAwaits?: boolean
  /** In words. */
  shown(program: P): string
}
