// Tests the completion's offers at each place, taken from the command tree that the program runs.
import { valueGiven, type Wanted, wantedAt } from '../../src/cli/commands/completion.js'
import { buildProgram } from '../../src/cli/program.js'
import { silentTerminal } from './silent-terminal.js'
import { describe, expect, it } from 'vitest'

const program = buildProgram('en', silentTerminal, '0.0.0', () => undefined)
const at = (line: string): Wanted => wantedAt(program, line.split(' '))
const words = (line: string): string[] => {
  const wanted = at(line)
  return wanted.type === 'words' ? wanted.offers.map(({ word }) => wanted.begun + word) : [`:${wanted.type}`]
}

describe('commands', () => {
  it('are those of the help, every one of them', () => {
    const shown = program.commands.map((command) => command.name()).filter((name) => !name.startsWith('__'))
    expect(words('').toSorted()).toEqual([...shown, 'help'].toSorted())
    expect(shown.length).toBeGreaterThan(8)
    expect(words('bulk-')).toEqual(['bulk-sale', 'bulk-cancel'])
    expect(words('help bulk-s')).toEqual(['bulk-sale'])
    expect(words('help cut')).toEqual(['cut-off'])
    expect(words('runs ')).toEqual(expect.arrayContaining(['show', 'ack']))
    expect(words('nonsense ')).toEqual([])
  })

  it('have something said about them', () => {
    const wanted = at('doc')
    expect(wanted).toMatchObject({ offers: [{ word: 'doctor', about: expect.stringContaining('certificates') }] })
  })

  it('come after the options of the program, too', () => {
    expect(words('--lang en --quiet doc')).toEqual(['doctor'])
    expect(words('--db=x doc')).toEqual(['doctor'])
  })
})

describe('options', () => {
  it('are the command’s and those of every command', () => {
    expect(words('bulk-sale --st')).toEqual(['--stop-after'])
    expect(words('orders --')).toEqual(expect.arrayContaining(['--for', '--shipped', '--format', '--lang', '--help']))
    expect(words('runs show 1 --form')).toEqual(['--format'])
    expect(words('export --stop')).toEqual([])
  })

  it('are none after --', () => {
    expect(words('orders -- --fo')).toEqual([])
  })

  it.each([
    ['orders --format ', ['table', 'json', 'csv', 'html']],
    ['orders --format=', ['--format=table', '--format=json', '--format=csv', '--format=html']],
    ['orders --format = j', ['json']],
    ['orders --format =', ['table', 'json', 'csv', 'html']],
    ['orders --for s', ['sale']],
    ['orders --method credit,', ['credit,docomo', 'credit,au', 'credit,softbank']],
    ['orders --method=au,d', ['--method=au,docomo']],
    ['orders --search ', []],
    ['completion ', ['bash', 'zsh', 'fish']],
    ['orders --db ', [':files']],
    ['import x', [':files']],
    ['simulator --orders ', [':files']],
    ['simulator --certs ', [':folders']],
  ])('%j', (line, expected) => {
    expect(words(line)).toEqual(expected)
  })
})

describe('numbers', () => {
  const orders = (begun: string, typed: string, taken: readonly string[] = []) => ({
    type: 'orders',
    begun,
    typed,
    taken,
  })

  it.each([
    ['show 85', orders('', '85')],
    ['sale ', orders('', '')],
    ['cancel --yes 8', orders('', '8')],
    ['amend 8', orders('', '8')],
    ['bulk-sale --orders 8', orders('', '8')],
    ['bulk-sale --orders 852,8', orders('852,', '8', ['852'])],
    ['bulk-cancel --orders=852,', orders('--orders=852,', '', ['852'])],
    ['bulk-sale --orders = 852,8', orders('852,', '8', ['852'])],
    ['bulk-sale --dry-run --orders 1 --orders 2', orders('', '2')],
  ])('of orders: %j', (line, expected) => {
    expect(at(line)).toEqual(expected)
  })

  it('of runs', () => {
    expect(at('runs show ')).toMatchObject({ type: 'runs', typed: '' })
  })

  it('are not asked for twice', () => {
    expect(words('show 852 ')).toEqual([])
  })
})

it('the mirror is the one that the line names', () => {
  expect(valueGiven(['show', '--db', 'x.db', ''], '--db')).toBe('x.db')
  expect(valueGiven(['show', '--db=x.db', ''], '--db')).toBe('x.db')
  expect(valueGiven(['show', '--db', '=', 'x.db', ''], '--db')).toBe('x.db')
  expect(valueGiven(['show', ''], '--db')).toBeUndefined()
})
