// Asks which orders `bulk-sale` and `bulk-cancel` take where neither --orders nor --all names them. It is the prompt
// around ui/picker.
import type { KeypressEvent } from '@inquirer/core'
import { AppError } from '../errors.js'
import { type PickerFrame, type PickerScreen, drawPicker, filterRoom, pickerPageSize } from '../ui/picker-screen.js'
import {
  type PickerKey,
  type PickerRow,
  type PickerState,
  type TickedBy,
  filterText,
  picked,
  pickerState,
  pressed,
} from '../ui/picker.js'
import type { Terminal } from './terminal.js'

// Inquirer's own checkbox reads digits as row numbers, so that typing 852 would tick three other rows.
type Core = typeof import('@inquirer/core')

export interface PickerQuestion {
  readonly rows: readonly PickerRow[]
  readonly frame: PickerFrame
  /** Nothing on the command line has narrowed a cancel: the key for all waits for a filter. */
  readonly allNeedsFilter: boolean
  /** The terminal as it is now. */
  screen(): PickerScreen
  /** Calls back when the terminal's size changes; the returned function stops the listening. */
  onResize(callback: () => void): () => void
  /** Ctrl-Z: leaves the terminal to the shell until `fg`. */
  suspend(): void
}

/** The part of readline's interface that holds the text being typed. */
interface TypedLine {
  readonly line: string
  readonly cursor: number
  clearLine(direction: 0): void
  write(text: string): void
}

/** Resolves to the picked order numbers, each with the key that ticked it, or to null when the operator left. */
export const pickerPrompt = ({ createPrompt, useEffect, useKeypress, useRef, useState }: Core) =>
  createPrompt<ReadonlyMap<string, TickedBy> | null, PickerQuestion>((question, done) => {
    const [state, setState] = useState<PickerState>(() => pickerState(question.rows, question.allNeedsFilter))
    const [, setSize] = useState(0)
    const pasting = useRef(false)
    const screen = question.screen()
    useEffect((rl) => {
      // Ctrl-D, or a terminal that was closed: readline closes, and the prompt would never be answered.
      rl.on('close', () => done(null))
      // Readline's own suspension would leave the shell's prompt between the rows.
      rl.on('SIGTSTP', question.suspend)
      // With Ctrl-P readline would bring back earlier filters.
      rl.on('history', (lines) => void (Array.isArray(lines) && lines.splice(0)))
      return question.onResize(() => setSize((times) => times + 1))
    }, [])
    useKeypress((key, rl) => {
      if (key.name === 'paste-start' || key.name === 'paste-end') {
        pasting.current = key.name === 'paste-start'
        return
      }
      const typed: PickerKey = { type: 'filter', text: filterText(rl.line, filterRoom(screen)) }
      const pageSize = pickerPageSize(question.frame, screen)
      const meant = pasting.current ? pastedKey(key, state.filter) : keyOf(key, state.focus, pageSize)
      const next = pressed(state, meant ?? typed)
      if (next.end === null) keepLine(rl as unknown as TypedLine, next.filter, meant !== null)
      setState(next)
      if (next.end !== null) done(next.end === 'confirmed' ? picked(next) : null)
    })
    const { above, below } = drawPicker(state, question.frame, screen)
    return [above, below]
  })

const NAMED: Readonly<Record<string, PickerKey>> = {
  up: { type: 'move', by: -1 },
  down: { type: 'move', by: 1 },
  home: { type: 'first' },
  end: { type: 'last' },
  space: { type: 'toggle' },
  tab: { type: 'list' },
  return: { type: 'confirm' },
  enter: { type: 'confirm' },
  escape: { type: 'leave' },
}

const WITH_CTRL: Readonly<Record<string, PickerKey>> = { a: { type: 'all' }, n: { type: 'none' } }

/** A key as readline emits it; text of an input method has no name. */
type Key = KeypressEvent & { readonly sequence?: string }

/** The blank of a Japanese keyboard. */
const WIDE_SPACE = '\u3000'

/** The picker's meaning of a key; null for one that readline has turned into text. */
function keyOf({ name, ctrl, sequence }: Key, focus: PickerState['focus'], pageSize: number): PickerKey | null {
  const isBlank = name === 'space' || sequence === WIDE_SPACE
  if (isBlank && !ctrl) return focus === 'filter' ? null : { type: 'toggle' }
  if (name === 'pageup') return { type: 'move', by: -pageSize }
  if (name === 'pagedown') return { type: 'move', by: pageSize }
  return (ctrl ? WITH_CTRL[name] : NAMED[name]) ?? null
}

/** The key for pasted text: a blank is a blank, and line breaks and control characters are ignored. */
const pastedKey = ({ name, ctrl }: KeypressEvent, filter: string): PickerKey | null =>
  ctrl || (NAMED[name] !== undefined && name !== 'space') ? { type: 'filter', text: filter } : null

/** Restores readline's line. Readline edits it at every key, a space and Enter included; it must hold the filter. */
function keepLine(rl: TypedLine, filter: string, ownKey: boolean): void {
  const moved = ownKey && rl.cursor !== rl.line.length
  if (rl.line === filter && !moved) return
  rl.clearLine(0)
  if (filter !== '') rl.write(filter)
}

/**
 * Makes the terminal mark pasted text, so that a blank in a pasted name ticks nothing and a line break confirms
 * nothing.
 */
const MARK_PASTES = '\u001b[?2004h'
const LEAVE_PASTES = '\u001b[?2004l'
const CLEAR = '\u001b[2J\u001b[H'

/**
 * Asks on stderr.
 * @returns the picked order numbers, at least one, each with the key that ticked it, in the order of the rows
 * @throws AppError `interrupted` when the operator left with Esc or Ctrl-C
 */
export async function pickOrders(
  { rows, frame, allNeedsFilter }: Pick<PickerQuestion, 'rows' | 'frame' | 'allNeedsFilter'>,
  screenOf: (width: number, height: number) => PickerScreen,
  { interrupted: signal, prompting }: Pick<Terminal, 'interrupted' | 'prompting'>,
): Promise<ReadonlyMap<string, TickedBy>> {
  const { stderr } = process
  const question: PickerQuestion = {
    rows,
    frame,
    allNeedsFilter,
    screen: () => screenOf(stderr.columns || 80, stderr.rows || 24),
    onResize(callback) {
      // The terminal has wrapped the old lines anew, so the drawn picker can no longer be erased line by line.
      const resized = (): void => {
        stderr.write(CLEAR)
        callback()
      }
      stderr.on('resize', resized)
      return () => void stderr.off('resize', resized)
    },
    suspend() {
      stderr.write(`${LEAVE_PASTES}${CLEAR}`)
      process.stdin.setRawMode(false)
      process.kill(process.pid, 'SIGTSTP')
    },
  }
  stderr.write(MARK_PASTES)
  const redraw = (): void => {
    // The shell marks pastes itself.
    stderr.write(MARK_PASTES)
    stderr.emit('resize')
  }
  try {
    const prompt = pickerPrompt(await import('@inquirer/core'))
    const asked = { output: stderr, clearPromptOnDone: true, signal }
    const chosen = await prompting(redraw, () => prompt(question, asked))
    if (chosen === null) throw new AppError('interrupted')
    return chosen
  } catch (error) {
    if (error instanceof Error && LEFT.includes(error.name)) throw new AppError('interrupted')
    throw error
  } finally {
    stderr.write(LEAVE_PASTES)
  }
}

/** The errors for Ctrl-C and for a signal to the process. */
const LEFT: readonly string[] = ['ExitPromptError', 'AbortPromptError']
