// Tests the meaning of a run for the program that started it: the exit codes.
import { describe, expect, it } from 'vitest'
import { exitCodeOf } from '../../src/batch/events.js'
import type { Outcome, Reason } from '../../src/domain/outcome.js'

type Item = Outcome | `refused ${Reason}`

const items = (...words: Item[]) =>
  words.map((word) => {
    const [outcome, reason] = word.split(' ') as [Outcome, Reason | undefined]
    return { outcome, reason: reason ?? null }
  })

const rows: readonly [string, readonly Item[], boolean, number][] = [
  ['nothing', [], false, 0],
  ['all accepted', ['accepted', 'accepted'], false, 0],
  ['already as asked', ['accepted', 'refused already'], false, 0],
  ['a rejection', ['accepted', 'rejected'], false, 3],
  ['a refusal', ['accepted', 'refused status'], false, 3],
  ['changed since the plan', ['refused changed'], false, 3],
  ['not processed', ['not-processed'], false, 3],
  ['stopped after the last', ['accepted'], true, 6],
  ['stopped', ['accepted', 'unsent'], true, 6],
  ['no connection', ['unsent'], false, 6],
  ['stopped with a rejection', ['rejected', 'unsent'], true, 6],
  ['unknown', ['accepted', 'unknown'], false, 4],
  ['attention', ['attention'], false, 4],
  ['unknown and stopped', ['unknown', 'unsent'], true, 4],
  ['unknown and rejected', ['unknown', 'rejected'], false, 4],
  ['an open attempt from before', ['accepted', 'refused open-attempt'], false, 4],
  ['attention from before', ['refused attention', 'unsent'], true, 4],
]

describe('exit code', () => {
  it.each(rows)('%s', (_name, words, stopped, code) => expect(exitCodeOf(items(...words), stopped)).toBe(code))
})
