// The kit under jest itself: `npm run test:jest`. Jest is installed in a temporary folder, since nothing else here needs it.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const root = join(here, '../../..')
const JEST = 'jest@30'

/** Of each test of the fixture: `passed`, or what its failure says. */
const EXPECTED = {
  'comes back with fresh state': 'passed',
  'starts with nothing of the test before': 'passed',
  'has a matcher that fails': 'there never was such a process',
  crashes: 'a crash that no test expected',
  'leaves a listener behind': 'left something behind',
  'fails by itself': 'Object.is equality',
  'moves the time of Node': 'passed',
  'is innocent': 'passed',
}

const folder = mkdtempSync(join(tmpdir(), 'heartwood-jest-'))
try {
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ type: 'module', private: true, jest: { transform: {}, testEnvironment: 'node' } }),
  )
  const install = [
    'install',
    '--no-save',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    JEST,
  ]
  if (spawnSync('npm', install, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] }).status !== 0) {
    console.log('jest could not be installed: nothing was tried')
    process.exitCode = 1
  } else {
    mkdirSync(join(folder, 'node_modules'), { recursive: true })
    symlinkSync(root, join(folder, 'node_modules/heartwood'))
    copyFileSync(join(here, 'jest-fixture.js'), join(folder, 'kit.test.js'))
    process.exitCode = compare(run())
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** Jest's own account, as JSON. */
function run() {
  const argv = ['--experimental-vm-modules', join(folder, 'node_modules/jest/bin/jest.js'), '--json', '--ci']
  const { stdout, stderr } = spawnSync(process.execPath, argv, {
    cwd: folder,
    encoding: 'utf8',
    timeout: 120_000,
  })
  try {
    return JSON.parse(stdout).testResults.flatMap(({ assertionResults }) => assertionResults)
  } catch {
    console.log(stderr)
    return []
  }
}

/** @returns the exit code */
function compare(results) {
  const found = new Map(
    results.map(({ title, status, failureMessages }) => [title, { status, failureMessages }]),
  )
  let wrong = 0
  for (const [title, expected] of Object.entries(EXPECTED)) {
    const { status = 'missing', failureMessages = [] } = found.get(title) ?? {}
    const text = failureMessages.join('\n')
    // A test that fails does so once.
    const fits =
      expected === 'passed' ? status === 'passed' : failureMessages.length === 1 && text.includes(expected)
    if (!fits) wrong++
    console.log(`${fits ? 'ok    ' : 'WRONG '} ${title}: ${status}${fits ? '' : `\n${text}`}`)
  }
  return wrong === 0 ? 0 : 1
}
