/** `heartwood new`: a project from the template that the package brings. */

import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { applicationError } from '../../application/index.js'
import { packageFolder } from '../../kernel/index.js'
import { reasonLine } from '../../logging/index.js'
import { version } from '../console/package-version.js'
import { checkProjectName } from './project-name.js'

/** What the template is called, wherever its name stands. */
const PLACEHOLDER = 'heartwood-project'

/** A package never contains files of these names; they are made when the project is. */
const DOTTED: ReadonlySet<string> = new Set(['gitignore', 'dockerignore'])

interface Manifest {
  name: string
  readonly scripts: Record<string, string>
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
}

/** How the classes of a project say what they are. */
export const DECORATORS = ['legacy', 'standard', 'none'] as const
export type Decorators = (typeof DECORATORS)[number]

/** What a project is to be other than the usual. */
export interface ProjectOptions {
  /** What it depends on instead of this very version: a range, a tarball or a folder. */
  readonly heartwood?: string | undefined
  /** It starts from its sources by tsx, and is built for its container only. */
  readonly tsx?: boolean | undefined
  /** Default `'legacy'`. */
  readonly decorators?: Decorators | undefined
}

/** What a project needs beside what the template says, in the versions that the toolchains are tried with. */
const BESIDE = { esbuild: '^0.28.2', tsx: '^4.23.15' } as const

/**
 * Makes a project.
 *
 * @param place its name, `shop` or `@acme/shop`, for a folder of that name here; or the path of its folder, `apps/shop` or `.`, whose
 *   last part is its name
 * @returns what to tell
 * @throws PROJECT_NAME_INVALID, PROJECT_EXISTS, PROJECT_NOT_WRITTEN
 */
export function newProject(place: string, options: ProjectOptions, json: boolean): string {
  const { heartwood, tsx = false, decorators = 'legacy' } = options
  const isScoped = place.startsWith('@')
  const folder = resolve(isScoped ? basename(place) : place)
  const name = isScoped || place === '' ? place : basename(folder)
  const template = templateFolder(name, 'project')
  const manifest = JSON.parse(readFileSync(join(template, 'package.json'), 'utf8')) as Manifest
  checkProjectName(name, Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }))
  if (existsSync(folder) && !isEmptyFolder(folder)) throw applicationError('PROJECT_EXISTS', { folder })
  const spec = heartwood === undefined ? version() : specFor(heartwood, folder)
  manifest.name = name
  manifest.dependencies = { ...manifest.dependencies, heartwood: spec }
  if (decorators === 'standard') manifest.devDependencies = sorted(manifest.devDependencies, 'esbuild')
  if (tsx) {
    manifest.devDependencies = sorted(manifest.devDependencies, 'tsx')
    const command = 'tsx node_modules/heartwood/bin/heartwood.js'
    manifest.scripts.start = `${command} start src/config.ts`
    manifest.scripts.check = `tsc && ${command} check src/config.ts && ${command} tree src/config.ts`
  }
  const more = decorators === 'legacy' ? undefined : templateFolder(name, `decorators-${decorators}`)
  const files = write([template, more], folder, manifest, decorators)
  const way = relative('', folder)
  const next = [...(way === '' ? [] : [`cd ${way}`]), 'npm install', 'npm test', 'npm start']
  if (json) return `${JSON.stringify({ ok: true, name, folder, heartwood: spec, files, next })}\n`
  return `${name} is made in ${folder}. Next:\n\n${next.map((each) => `  ${each}`).join('\n')}\n`
}

function sorted(dependencies: Record<string, string>, more: keyof typeof BESIDE): Record<string, string> {
  const all = { ...dependencies, [more]: BESIDE[more] }
  return Object.fromEntries(Object.entries(all).sort(([one], [other]) => (one < other ? -1 : 1)))
}

function templateFolder(project: string, template: string): string {
  const home = packageFolder()
  if (home !== undefined) return fileURLToPath(new URL(`templates/${template}`, home))
  const reason = 'the templates lie in the package, and this command is part of a bundle'
  throw applicationError('PROJECT_NOT_WRITTEN', { folder: project, reason })
}

/** All or nothing: it is made beside its place and moved there when it is whole. */
function write(
  templates: readonly (string | undefined)[],
  folder: string,
  manifest: Manifest,
  decorators: Decorators,
): readonly string[] {
  const draft = join(dirname(folder), `.${basename(folder)}-${process.pid}`)
  try {
    for (const template of templates) if (template !== undefined) cpSync(template, draft, { recursive: true })
    if (decorators !== 'legacy') setCompiler(join(draft, 'tsconfig.json'), decorators)
    const files = filesOf(draft).map((file) => named(draft, file, basename(folder)))
    writeFileSync(join(draft, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`)
    // A folder that is there stays the same one: a shell may be in it.
    if (existsSync(folder)) {
      cpSync(draft, folder, { recursive: true })
      rmSync(draft, { recursive: true })
    } else renameSync(draft, folder)
    return files.sort()
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    throw applicationError('PROJECT_NOT_WRITTEN', { folder, reason: reasonLine(error) }, { cause: error })
  }
}

/** Takes the options of legacy decorators out of the compiler's. */
function setCompiler(file: string, decorators: Decorators): void {
  const config = JSON.parse(readFileSync(file, 'utf8')) as { compilerOptions: Record<string, unknown> }
  const { experimentalDecorators: _, emitDecoratorMetadata: __, ...compilerOptions } = config.compilerOptions
  if (decorators === 'none') compilerOptions.erasableSyntaxOnly = true
  writeFileSync(file, `${JSON.stringify({ ...config, compilerOptions }, undefined, 2)}\n`)
}

/** Gives one file of the draft the project's name, and itself the name it must have. */
function named(draft: string, file: string, project: string): string {
  const path = join(draft, file)
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll(PLACEHOLDER, project))
  if (!DOTTED.has(file)) return file
  renameSync(path, join(draft, `.${file}`))
  return `.${file}`
}

function filesOf(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((each) => each.isFile())
    .map((each) => relative(folder, join(each.parentPath, each.name)))
}

function isEmptyFolder(path: string): boolean {
  try {
    return readdirSync(path).length === 0
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return false
    throw applicationError(
      'PROJECT_NOT_WRITTEN',
      { folder: path, reason: reasonLine(error) },
      { cause: error },
    )
  }
}

/** A path is meant from here, but stands in a file that is elsewhere. */
function specFor(spec: string, folder: string): string {
  const path = resolve(spec.replace(/^file:/, ''))
  return existsSync(path) ? `file:${relative(folder, path).replaceAll('\\', '/')}` : spec
}
