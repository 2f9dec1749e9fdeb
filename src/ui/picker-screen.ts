// The picker on the terminal: never wider, never higher than it. Pure. Page 6.
import type { Operation } from '../domain/order.js'
import { cut, displayWidth, fitText, wrap } from '../text/width.js'
import { cellWidths, type CellWidths, lineShape, pickerLine } from './picker-line.js'
import type { PickerRow } from './picker-rows.js'
import { pickerTexts } from './picker-texts.js'
import { cursorIndex, pickedSum, type PickerState } from './picker.js'
import { environmentLine } from './plan.js'
import { missingText, reasonText } from './reasons.js'
import { type Lang, paint, type Screen } from './screen.js'
import { sentences, word } from './words.js'

/** What does not change while somebody picks. */
export interface PickerFrame {
  readonly operation: Operation
  readonly environment: string
  readonly widths: CellWidths
}

/** Measures the rows once; ten thousand of them would be felt at every key. */
export const pickerFrame = (
  rows: readonly PickerRow[],
  operation: Operation,
  environment: string,
  screen: Screen,
): PickerFrame => ({ operation, environment, widths: cellWidths(rows, screen.lang, screen) })

export interface PickerScreen extends Screen {
  /** Lines of the terminal. */
  readonly height: number
}

interface Layout {
  /** Above the filter. */
  readonly head: readonly string[]
  readonly page: boolean
  readonly noteLines: number
  readonly hints: readonly string[]
  readonly pageSize: number
}

/** The list keeps this many lines before anything else goes. */
const LEAST_ROWS = 5
/** The count and total may take a second line on a narrow terminal; one more stays free for what the shell writes. */
const ALWAYS = { picked: 2, filter: 1, free: 1 } as const

function layoutOf({ operation, environment }: PickerFrame, screen: PickerScreen): Layout {
  const texts = pickerTexts(screen.lang)
  let left = screen.height - ALWAYS.picked - ALWAYS.filter - ALWAYS.free
  const taken = <Part extends readonly string[]>(lines: Part): Part | readonly [] => {
    if (left - lines.length < LEAST_ROWS) return []
    left -= lines.length
    return lines
  }
  // In this order they get their lines; on a low terminal the later ones have none.
  const note = taken(['reason'])
  const hints = taken(hintLines(texts.hints, screen))
  const title = taken(linesOf(texts.title[operation], screen))
  const environmentLines = taken(environmentLine(environment, screen).split('\n'))
  const page = taken(['page'])
  const moreNote = taken(['reason', 'reason'])
  return {
    head: [...environmentLines, ...title],
    page: page.length > 0,
    noteLines: note.length + moreNote.length,
    hints,
    pageSize: Math.max(1, left),
  }
}

const linesOf = (text: string, screen: Screen): string[] => fitText(text, screen).split('\n')

/** Hints are not broken inside; as many stand on a line as fit. */
function hintLines(hints: readonly string[], screen: Screen): string[] {
  const lines: string[] = []
  for (const hint of hints) {
    const joined = `${lines.at(-1) ?? ''}  ${hint}`
    const fits = screen.width === null || displayWidth(joined, screen) <= screen.width
    if (lines.length > 0 && fits) lines[lines.length - 1] = joined
    else lines.push(...linesOf(hint, screen))
  }
  return lines
}

/** Orders on a page: what the terminal's height leaves. */
export const pickerPageSize = (frame: PickerFrame, screen: PickerScreen): number => layoutOf(frame, screen).pageSize

/** Cells that a filter may take, so that it stays on its line with the text cursor behind it. */
export function filterRoom({ lang, width }: Pick<Screen, 'lang' | 'width'>): number {
  const room = (width ?? 80) - displayWidth(pickerTexts(lang).filter) - 2
  return Math.min(30, Math.max(4, room))
}

export interface PickerDrawing {
  /** Ends with the filter, where the text cursor stands. */
  readonly above: string
  readonly below: string
}

/** The picker in two parts, because the text cursor belongs into the middle: input methods write where it stands. */
export function drawPicker(state: PickerState, frame: PickerFrame, screen: PickerScreen): PickerDrawing {
  const texts = pickerTexts(screen.lang)
  const layout = layoutOf(frame, screen)
  const { pageSize, noteLines } = layout
  const first = Math.floor(Math.max(cursorIndex(state), 0) / pageSize) * pageSize
  const visible = state.shown.slice(first, first + pageSize)
  const shape = lineShape(frame.widths, screen.width)
  const lines = visible.map((row) => {
    const { orderId } = row.order
    const at = { cursor: orderId === state.cursor, ticked: state.ticked.has(orderId) }
    return pickerLine(row, at, frame.widths, shape, screen)
  })
  if (lines.length === 0) lines.push(...linesOf(word('no-orders', screen.lang), screen))
  const [shown, all] = [state.shown.length, state.rows.length]
  const place =
    shown === 0 ? [] : linesOf(texts.page(first + 1, first + visible.length, shown, all), screen).slice(0, 1)
  const picked = linesOf(texts.picked(pickedSum(state)), screen).slice(0, ALWAYS.picked)
  return {
    above: [...layout.head, ...picked, `${texts.filter}${state.filter}`].join('\n'),
    below: [...lines, ...(layout.page ? place : []), ...noteOf(state, noteLines, screen), ...layout.hints].join('\n'),
  }
}

/** What the last key could not do and why, or what there is to know about the order under the cursor. */
function noteOf(state: PickerState, most: number, screen: Screen): string[] {
  const notice = state.notice === null ? '' : pickerTexts(screen.lang).notices[state.notice]
  const row = state.shown[cursorIndex(state)]
  const about =
    row === undefined || (notice !== '' && state.notice !== 'not-permitted') ? '' : aboutRow(row, screen.lang)
  const text = [notice, about].filter((part) => part !== '').join(screen.lang === 'ja' ? '' : ' ')
  if (text === '') return []
  const lines = screen.width === null ? [text] : wrap(text, screen.width, screen)
  const kept = lines.slice(0, most)
  const last = kept.at(-1)
  if (last !== undefined && lines.length > most) {
    kept[kept.length - 1] = screen.width === null ? last : cut(`${last}${lines[most] ?? ''}`, screen.width, screen)
  }
  const wrong = notice !== '' || row?.permitted === false
  return wrong ? kept.map((line) => paint(line, 'yellow', screen)) : kept
}

function aboutRow({ order, permission, mark }: PickerRow, lang: Lang): string {
  if (mark !== null) return reasonText(mark, null, order, lang)
  switch (permission.verdict) {
    case 'permitted':
      return permission.request === 'corrected-sale' && order.heldAmountYen !== null
        ? sentences(lang).corrected(order.heldAmountYen, permission.amountYen)
        : ''
    case 'ask':
      return missingText(permission.missing, lang)
    case 'refused':
      return reasonText(permission.reason, permission.about, order, lang)
    default:
      return permission satisfies never
  }
}
