/** Which tests are asked about mistakes, in which order: those nearest to them first, since they notice most. */

/** One round of tests. */
export interface Stage {
  readonly name: string
  readonly args: readonly string[]
  readonly without?: readonly string[]
}

/** What measures the machine, draws, or runs long without looking at what `src` does. */
const LEFT_OUT = ['test/bench/**', 'test/docs.test.ts', 'test/bundle.test.ts', 'test/package.test.ts']

/** The layers that mistakes are planted in, and the folders of their own tests. */
export const LAYERS: Record<string, readonly string[]> = {
  kernel: ['test/kernel', 'test/laws'],
  genserver: ['test/genserver', 'test/otp'],
  supervisor: ['test/supervisor', 'test/otp'],
  registry: ['test/registry'],
  application: ['test/application'],
}

/** What callers may hand in, of every layer. */
const SURFACE = ['test/facade']

export function stagesOf(layers: readonly string[]): Stage[] {
  const folders = [...new Set(layers.flatMap((layer) => LAYERS[layer] ?? []))]
  const own = { name: 'own tests', args: [...folders, ...SURFACE, '--project=all', '--project=sharing'] }
  const sharing = { name: 'tests on kernels of their own', args: ['--project=sharing'] }
  const others = { name: 'all others', args: ['--project=all'], without: LEFT_OUT }
  return [own, sharing, others]
}
