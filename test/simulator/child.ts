// Runs the simulator in a process of its own, to be killed. Its sources are transpiled directly, without a build.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { onTestFinished } from 'vitest'
import type { RunningSimulator } from '../../src/simulator/simulator.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const SOURCES = [
  'src/clock.ts',
  'src/deadline.ts',
  'src/errors.ts',
  'src/folders.ts',
  'src/ports.ts',
  'src/process-mark.ts',
  'src/domain',
  'src/simulator',
  'src/text',
]

const filesOf = (path: string): string[] =>
  path.endsWith('.ts') ? [path] : readdirSync(join(ROOT, path)).flatMap((name) => filesOf(`${path}/${name}`))

/** Under node_modules, so that the packages are found from there. */
function transpiled(): string {
  const dir = mkdtempSync(join(ROOT, 'node_modules', '.simulator-test-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023, verbatimModuleSyntax: true }
  for (const path of SOURCES.flatMap(filesOf)) {
    const target = join(dir, path.replace(/\.ts$/, '.js'))
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, ts.transpileModule(readFileSync(join(ROOT, path), 'utf8'), { compilerOptions }).outputText)
  }
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}')
  return dir
}

const PROGRAM = `
  import { startSimulator } from './src/simulator/simulator.js'
  const { close, addPayments, ...facts } = await startSimulator(JSON.parse(process.argv[2]))
  process.stdout.write(JSON.stringify(facts) + '\\n')
`

export interface SimulatorProcess {
  readonly child: ChildProcess
  readonly client: Pick<RunningSimulator, 'url' | 'ca' | 'clientCert' | 'passphrase'>
  /** `kill -9`, and waits until it is gone. */
  kill(): Promise<void>
}

/** Starts as many at the same moment, all with the same options. */
export function simulatorProcesses(options: object, count = 1): Promise<SimulatorProcess[]> {
  const dir = transpiled()
  writeFileSync(join(dir, 'main.js'), PROGRAM)
  return Promise.all(Array.from({ length: count }, () => startOne(join(dir, 'main.js'), options)))
}

const NAMESPACE = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child'] as const

/** Whether this machine lets a program be process 1, as in a container. */
export const HAS_NAMESPACES = spawnSync(NAMESPACE[0], [...NAMESPACE.slice(1), 'true']).status === 0
if (!HAS_NAMESPACES)
  process.stderr.write('SKIPPED: no process namespace can be made here, so no simulator runs as process 1\n')

/** Starts one as process 1 of a process namespace of its own, as in a container. */
export function firstProcess(options: object): Promise<SimulatorProcess> {
  const dir = transpiled()
  writeFileSync(join(dir, 'main.js'), PROGRAM)
  return startOne(join(dir, 'main.js'), options, NAMESPACE)
}

function startOne(program: string, options: object, within: readonly string[] = []): Promise<SimulatorProcess> {
  const [command = '', ...args] = [...within, process.execPath, program, JSON.stringify(options)]
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await gone
  }
  onTestFinished(kill)
  return new Promise((resolve, reject) => {
    let [out, err] = ['', '']
    child.stderr.on('data', (part: Buffer) => (err += part.toString()))
    child.stdout.on('data', (part: Buffer) => {
      out += part.toString()
      if (out.endsWith('\n')) resolve({ child, client: JSON.parse(out) as SimulatorProcess['client'], kill })
    })
    child.once('exit', (code) => reject(new Error(`the simulator ended with ${code}: ${err}`)))
  })
}
