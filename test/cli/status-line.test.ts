// Tests the redrawn status line: all other output is written above it, and no part of it goes into a pipe.
import type { BatchEvent } from '../../src/batch/events.js'
import type { Context } from '../../src/cli/context.js'
import { openLog } from '../../src/cli/log.js'
import { tellBeside } from '../../src/cli/faults.js'
import { StatusLine, Tally, aboveStatusLine } from '../../src/cli/output.js'
import { FixedClock } from '../../src/clock.js'
import { AppError } from '../../src/errors.js'
import { silentTerminal } from './silent-terminal.js'
import { describe, expect, it } from 'vitest'

function drawn(on: boolean) {
  let text = ''
  const line = new StatusLine({ err: (more: string) => void (text += more) } as never, on)
  return { line, text: () => text }
}

describe('the status line', () => {
  it('is drawn in its place and taken away before anything else is written', () => {
    const { line, text } = drawn(true)
    line.show('1/2')
    line.above(() => undefined)
    line.hide()
    expect(text()).toBe('\r\u001B[K1/2\r\u001B[K\r\u001B[K1/2\r\u001B[K')
  })

  it('is not drawn where there is no terminal', () => {
    const { line, text } = drawn(false)
    line.show('1/2')
    line.above(() => undefined)
    line.hide()
    expect(text()).toBe('')
  })
})

describe('another writer on stderr', () => {
  const shown = () => {
    let text = ''
    const terminal = { ...silentTerminal, err: (more: string) => void (text += more) }
    const line = new StatusLine(terminal, true)
    line.show('1/2')
    return { terminal, line, drawn: () => text.split('\r\u001B[K') }
  }

  it('a line of the log stands above the status line', async () => {
    const { terminal, drawn } = shown()
    const config = { logPath: '-', logLevel: 'info' } as Context['config']
    const log = await openLog({ config, clock: new FixedClock(0), options: {} as Context['options'], terminal })
    log.event('settled', { orderId: '852' })
    expect(drawn()).toEqual(['', '1/2', expect.stringMatching(/^\{.*"msg":"settled"\}\n$/), '1/2'])
  })

  it('so does a warning beside the work', () => {
    const { terminal, drawn } = shown()
    const fault = new AppError('log-unwritable', { path: 'p', problem: 'ENOSPC' })
    tellBeside(fault, { terminal, lang: 'ja', format: 'table', sameMirror: '' })
    expect(drawn()).toEqual(['', '1/2', expect.stringMatching(/^[^\n]+ENOSPC[^\n]+\n$/), '1/2'])
  })

  it('writes just its line where no status line is shown', () => {
    const { terminal, line, drawn } = shown()
    line.hide()
    aboveStatusLine(terminal, () => terminal.err('x\n'))
    expect(drawn()).toEqual(['', '1/2', 'x\n'])
  })
})

describe('the tally', () => {
  const settled = (outcome: 'accepted' | 'rejected') =>
    ({ type: 'settled', outcome, step: { amountYen: 1_000 } }) as Extract<BatchEvent, { type: 'settled' }>

  it('counts from the first request, and tells the end once the rate says something', () => {
    const clock = new FixedClock(Date.parse('2026-11-23T19:30:00+09:00'))
    const tally = new Tally(clock, '21:00')
    clock.advance(600_000)
    tally.start()
    clock.advance(60_000)
    tally.count(settled('accepted'))
    tally.count(settled('rejected'))
    expect(tally.progress(10)).toMatchObject({ done: 2, yen: 1_000, elapsedMs: 60_000, expectedEnd: null })
    tally.count(settled('accepted'))
    expect(tally.progress(12)).toMatchObject({ done: 3, yen: 2_000, expectedEnd: '19:44' })
  })
})
