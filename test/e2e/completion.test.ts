// Tests the scripts in their shells: bash is queried as readline queries it, zsh and fish at least parse them.
import { spawnSync } from 'node:child_process'
import { chmodSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { EMBEDDED, folder, MANUAL_ORDERS, PROGRAM, run, type Env } from './program.js'

const has = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0
const HAS = { bash: has('bash'), zsh: has('zsh'), fish: has('fish') } as const

let cwd: string
let PATH: string
beforeAll(async () => {
  cwd = folder()
  expect(await run(cwd, ['import', MANUAL_ORDERS], EMBEDDED)).toMatchObject({ code: 0 })
  const quoted = [process.execPath, '--', PROGRAM].map((part) => `'${part}'`).join(' ')
  writeFileSync(join(cwd, 'paygent'), `#!/bin/sh\nexec ${quoted} "$@"\n`)
  chmodSync(join(cwd, 'paygent'), 0o755)
  PATH = [cwd, process.env['PATH'] ?? ''].join(delimiter)
})

async function script(shell: keyof typeof HAS): Promise<string> {
  const { code, stdout, stderr } = await run(cwd, ['completion', shell])
  expect([code, stderr]).toEqual([0, ''])
  const path = join(cwd, `completion.${shell}`)
  writeFileSync(path, stdout)
  return path
}

describe.each(['bash', 'zsh', 'fish'] as const)('the script of %s', (shell) => {
  it.skipIf(!HAS[shell])(`is read by ${shell} -n`, async () => {
    const { status, stderr } = spawnSync(shell, ['-n', await script(shell)], { encoding: 'utf8' })
    expect([status, stderr]).toEqual([0, ''])
  })
  it.skipIf(HAS[shell])(`${shell} is not here: nobody has checked its script`, (context) => context.skip())
})

it('of no other shell there is one', async () => {
  const ended = await run(cwd, ['completion', 'tcsh', '--lang', 'en'])
  expect([ended.code, ended.stdout]).toEqual([2, ''])
  expect(ended.stderr).toMatch(/tcsh.*the argument \(shell\)[\s\S]*bash, zsh, fish/)
})

describe.skipIf(!HAS.bash)('in bash', () => {
  /** The words of the line, the last under the cursor; what readline would be given. */
  async function tab(...line: readonly string[]): Promise<string[]> {
    const asked = [
      `source '${await script('bash')}'`,
      `COMP_WORDS=(paygent ${line.map((word) => `'${word}'`).join(' ')})`,
      `COMP_CWORD=${line.length}`,
      `$(complete -p paygent | sed -E 's/.*-F ([^ ]+).*/\\1/') paygent '${line.at(-1) ?? ''}' '${line.at(-2) ?? 'paygent'}'`,
      `printf '%s\\n' "\${COMPREPLY[@]}"`,
    ].join('\n')
    const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-c', asked], {
      cwd,
      encoding: 'utf8',
      env: { PATH },
    })
    expect([status, stderr]).toEqual([0, ''])
    return stdout.split('\n').filter((word) => word !== '')
  }

  it('paygent show 85<TAB> offers 852 and 853', async () => {
    expect((await tab('show', '85')).toSorted()).toEqual(['852', '853'])
  })

  it('lists of numbers go on, as bash takes them apart', async () => {
    expect(await tab('bulk-sale', '--orders', '852,85')).toEqual(['852,853'])
    expect((await tab('bulk-sale', '--orders', '=', '85')).toSorted()).toEqual(['852', '853'])
  })

  it('commands, options and their values', async () => {
    expect(await tab('exp')).toEqual(['export'])
    expect(await tab('orders', '--meth')).toEqual(['--method'])
    expect(await tab('orders', '--format', 'j')).toEqual(['json'])
  })

  it('files are left to the shell', async () => {
    expect(await tab('import', '')).toEqual([])
  })
})

describe('the hidden command', () => {
  it('is not shown', async () => {
    expect((await run(cwd, ['--help'])).stdout).not.toContain('__complete')
  })

  it('takes the mirror that the line names', async () => {
    const elsewhere = folder()
    const asked = ['__complete', '--', 'show', '--db', join(cwd, 'paygent.db'), '85']
    expect((await run(elsewhere, asked)).stdout.split('\n')).toEqual(expect.arrayContaining(['852', '853']))
  })

  it.each(['--settings', '--env-file'])('takes the mirror that the file after %s names', async (option) => {
    const elsewhere = folder()
    const file = join(elsewhere, 'shop.env')
    writeFileSync(file, `PAYGENT_DB=${join(cwd, 'paygent.db')}\n`)
    const { stdout } = await run(elsewhere, ['__complete', '--', 'show', `${option}=${file}`, '85'])
    expect(stdout.split('\n')).toEqual(expect.arrayContaining(['852', '853']))
  })

  it('offers the settings file under one name', async () => {
    const { stdout } = await run(cwd, ['__complete', '--', 'orders', '--'])
    expect(stdout).toContain('--settings\t')
    expect(stdout).not.toContain('env-file')
    expect((await run(cwd, ['__complete', '--', 'orders', '--settings', ''])).stdout).toBe(':files\n')
    expect((await run(cwd, ['help', 'orders'])).stdout).toMatch(/^(?![^]*env-file)[^]*--settings <file>/)
  })

  const quiet: readonly [string, Env, readonly string[]][] = [
    ['no mirror', {}, ['show', '8']],
    ['a mirror that is none', { PAYGENT_DB: 'paygent' }, ['show', '8']],
    ['settings that are wrong', { PAYGENT_ENVIRONMENT: 'nowhere' }, ['nonsense', '']],
    ['no settings file', {}, ['show', '--settings', 'gone', '8']],
    ['no words', {}, ['', '', '']],
  ]
  it.each(quiet)('says nothing of %s', async (_name, env, words) => {
    const { code, stderr } = await run(env['PAYGENT_DB'] ? cwd : folder(), ['__complete', '--', ...words], env)
    expect([code, stderr]).toEqual([0, ''])
  })

  it('only reads', async () => {
    const [before, files] = [readFileSync(join(cwd, 'paygent.db')), readdirSync(cwd)]
    expect((await run(cwd, ['__complete', '--', 'show', ''])).stdout.trim().split('\n')).toHaveLength(4)
    expect(readFileSync(join(cwd, 'paygent.db')).equals(before)).toBe(true)
    expect(readdirSync(cwd)).toEqual(files)
  })
})
