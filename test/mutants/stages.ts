/** Which tests are asked about a mistake, in which order: those nearest to it first, since most fail at once. */

/** One round of tests, until the first that fails. */
export interface Stage {
  readonly name: string
  readonly args: readonly string[]
  /** Its tests run programs, and so need what is compiled. */
  readonly compiled: boolean
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

export function stagesOf(layer: string): Stage[] {
  const without = LEFT_OUT.map((path) => `--exclude=${path}`)
  const compiled = layer === 'application'
  return [
    { name: 'own tests', args: [...(LAYERS[layer] ?? []), '--project=all', '--project=sharing'], compiled },
    { name: 'tests on kernels of their own', args: ['--project=sharing'], compiled: false },
    { name: 'all others', args: ['--project=all', ...without], compiled: true },
  ]
}
