// Draws the picker, never wider or higher than the terminal. Pure.
import type { Operation } from '../domain/order.js'
import { grouped, yen } from '../text/numbers.js'
import { cut, displayWidth, fitText, wrap } from '../text/width.js'
import { type CellWidths, cellWidths, headingLine, lineShape, pickerLine } from './picker-line.js'
import {
  type PickedSum,
  type PickerNotice,
  type PickerRow,
  type PickerState,
  cursorIndex,
  pickedSum,
} from './picker.js'
import { environmentLine } from './plan.js'
import { missingText, reasonText } from './reasons.js'
import { type Lang, type Screen, bothLanguages, paint, pastedIn } from './screen.js'
import { sentences, word } from './words.js'

export interface PickerTexts {
  readonly title: Readonly<Record<Operation, string>>
  readonly filter: string
  readonly betweenSentences: string
  readonly notices: Readonly<Record<PickerNotice, string>>
  /** Each key with its effect, in the order in which they are used: in the list, and while a filter is typed. */
  readonly hints: Readonly<Record<PickerState['focus'], readonly string[]>>
  readonly leave: string
  /** In place of `leave` where there is a filter to clear. */
  readonly clear: string
  readonly picked: (sum: PickedSum) => string
  /** The position of this page in the shown orders; `all` is their number without the filter. */
  readonly page: (first: number, last: number, shown: number, all: number) => string
}

const JA: PickerTexts = {
  title: {
    sale: '一括売上：売上処理する受注を選んでください。',
    cancel: '一括取消：取消する受注を選んでください。',
  },
  filter: '絞り込み：',
  betweenSentences: '',
  notices: {
    'nothing-ticked': '1件も選択されていません。Space で選択してから Enter を押してください。',
    'not-permitted': '選択できません。',
    'none-permitted': '表示中の受注に選択できるものはありません。',
    'some-left': '一括選択の対象外の受注は選択していません。1件ずつ Space で選択できます。',
    'filter-needed': '取消する受注を一括選択するには、先に絞り込んでください。',
  },
  hints: {
    list: [
      '文字: 番号・顧客名・支払方法・状況で絞り込み',
      'Space: 選択/解除',
      'Ctrl-A: 表示中を一括選択',
      'Ctrl-N: 表示中を解除',
      'Enter: 決定',
    ],
    filter: [
      '↑↓ か Tab: 一覧へ移り Space で選択',
      'Space: 空白の入力',
      'Ctrl-A: 表示中を一括選択',
      'Ctrl-N: 表示中を解除',
      'Enter: 決定',
    ],
  },
  leave: 'Esc: 中止',
  clear: 'Esc: 絞り込みを解除',
  picked: ({ count, yen: sum, untold, hidden }) => {
    const more = [
      untold > 0 ? `未照会 ${grouped(untold)}件` : '',
      hidden > 0 ? `非表示 ${grouped(hidden)}件` : '',
    ].filter((part) => part !== '')
    const total = untold > 0 ? `約${yen(sum, 'ja')}` : yen(sum, 'ja')
    return `選択中：${grouped(count)}件 ${total}${more.length > 0 ? `（うち${more.join('・')}）` : ''}`
  },
  page: (first, last, shown, all) =>
    `${grouped(shown)}件中 ${grouped(first)}-${grouped(last)}件目${shown === all ? '' : `（絞り込み前 ${grouped(all)}件）`}`,
}

const orders = (count: number): string => `${grouped(count)} ${count === 1 ? 'order' : 'orders'}`

const EN: PickerTexts = {
  title: {
    sale: 'Bulk sale: choose the orders to sell.',
    cancel: 'Bulk cancel: choose the orders to cancel.',
  },
  filter: 'Filter: ',
  betweenSentences: ' ',
  notices: {
    'nothing-ticked': 'Nothing is chosen. Choose with Space, then press Enter.',
    'not-permitted': 'This order cannot be chosen.',
    'none-permitted': 'None of the orders shown can be chosen.',
    'some-left': 'Orders that --all would not take were not chosen; choose each with Space.',
    'filter-needed': 'Narrow the list first: only then can orders to be cancelled be chosen all at once.',
  },
  hints: {
    list: [
      'Type: narrow by number, name, method, state',
      'Space: choose/drop',
      'Ctrl-A: choose all shown',
      'Ctrl-N: drop all shown',
      'Enter: done',
    ],
    filter: [
      '↑↓ or Tab: to the list, where Space chooses',
      'Space: types a blank',
      'Ctrl-A: choose all shown',
      'Ctrl-N: drop all shown',
      'Enter: done',
    ],
  },
  leave: 'Esc: leave',
  clear: 'Esc: clear the filter',
  picked: ({ count, yen: sum, untold, hidden }) => {
    const more = [
      untold > 0 ? `amount of ${grouped(untold)} not asked yet` : '',
      hidden > 0 ? `${grouped(hidden)} not shown` : '',
    ].filter((part) => part !== '')
    const total = untold > 0 ? `about ${yen(sum, 'en')}` : yen(sum, 'en')
    return `Chosen: ${orders(count)}, ${total}${more.length > 0 ? ` (${more.join('; ')})` : ''}`
  },
  page: (first, last, shown, all) =>
    `${grouped(first)}-${grouped(last)} of ${grouped(shown)}${shown === all ? '' : ` (${grouped(all)} without the filter)`}`,
}

const TEXTS = bothLanguages(JA, EN)

export const pickerTexts = (lang: Lang): PickerTexts => TEXTS[lang]

/** The parts that stay the same while orders are picked. */
export interface PickerFrame {
  readonly operation: Operation
  readonly environment: string
  /** Japan date, `YYYY-MM-DD`. */
  readonly today: string
  readonly widths: CellWidths
}

/** Measures the rows once: measuring ten thousand of them would slow down every key. */
export const pickerFrame = (
  rows: readonly PickerRow[],
  operation: Operation,
  environment: string,
  today: string,
  screen: Screen,
): PickerFrame => ({
  operation,
  environment,
  today,
  widths: cellWidths(rows, operation, { today, lang: screen.lang }, screen),
})

export interface PickerScreen extends Screen {
  /** Lines of the terminal. */
  readonly height: number
}

interface Layout {
  /** Above the filter. */
  readonly head: readonly string[]
  readonly page: boolean
  readonly noteLines: number
  /** The lines that the hints take, whichever they are. */
  readonly hintLines: number
  readonly heading: boolean
  readonly pageSize: number
}

/** The list keeps this many lines before any other part is dropped. */
const LEAST_ROWS = 5
/** The count and total may take a second line on a narrow terminal; one more stays free for the shell's output. */
const ALWAYS = { picked: 2, filter: 1, free: 1 } as const

function layoutOf({ operation, environment }: PickerFrame, screen: PickerScreen): Layout {
  const texts = pickerTexts(screen.lang)
  let left = screen.height - ALWAYS.picked - ALWAYS.filter - ALWAYS.free
  const taken = <Part extends readonly string[]>(lines: Part): Part | readonly [] => {
    if (left - lines.length < LEAST_ROWS) return []
    left -= lines.length
    return lines
  }
  // The parts get their lines in this order; on a low terminal the later ones get none.
  const note = taken(['reason'])
  const hints = taken(longestHints(screen))
  const title = taken(linesOf(texts.title[operation], screen))
  const environmentLines = taken(environmentLine(environment, screen).split('\n'))
  const page = taken(['page'])
  const heading = taken(['heading'])
  const moreNote = taken(['reason', 'reason'])
  return {
    head: [...environmentLines, ...title],
    page: page.length > 0,
    noteLines: note.length + moreNote.length,
    hintLines: hints.length,
    heading: heading.length > 0,
    pageSize: Math.max(1, left),
  }
}

const linesOf = (text: string, screen: Screen): string[] => fitText(text, screen).split('\n')

/** The hints for the keys as they are now. */
function hintsOf({ focus, filter }: Pick<PickerState, 'focus' | 'filter'>, lang: Lang): readonly string[] {
  const { hints, leave, clear } = pickerTexts(lang)
  return [...hints[focus], filter === '' ? leave : clear]
}

/** The list must not move when the hints change, so the longest ones decide how many lines it has. */
function longestHints(screen: Screen): readonly string[] {
  const states = [
    { focus: 'list', filter: '' },
    { focus: 'list', filter: 'x' },
    { focus: 'filter', filter: 'x' },
  ] as const
  const drawn = states.map((state) => hintLines(hintsOf(state, screen.lang), screen))
  return drawn.reduce((most, lines) => (lines.length > most.length ? lines : most))
}

/** Hints are not broken inside; each line holds as many as fit. */
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

/** The number of orders on a page, by the terminal's height. */
export const pickerPageSize = (frame: PickerFrame, screen: PickerScreen): number => layoutOf(frame, screen).pageSize

/** Cells that a filter may take, so that it stays on its line with the text cursor behind it. */
export function filterRoom({ lang, width }: Pick<Screen, 'lang' | 'width'>): number {
  const room = (width ?? 80) - displayWidth(pickerTexts(lang).filter) - 2
  return Math.min(30, Math.max(4, room))
}

export interface PickerDrawing {
  /** Ends with the filter, at whose end the text cursor is placed. */
  readonly above: string
  readonly below: string
}

/** The picker in two parts, because the text cursor belongs in the middle: input methods write where the cursor is. */
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
    return pickerLine(row, at, frame.widths, shape, { ...screen, today: frame.today })
  })
  const heading = layout.heading && lines.length > 0 ? [headingLine(frame.operation, frame.widths, shape, screen)] : []
  const hints = hintLines(hintsOf(state, screen.lang), screen).slice(0, layout.hintLines)
  if (lines.length === 0) lines.push(...linesOf(word('no-orders', screen.lang), screen))
  const [shown, all] = [state.shown.length, state.rows.length]
  const place =
    shown === 0 ? [] : linesOf(texts.page(first + 1, first + visible.length, shown, all), screen).slice(0, 1)
  const picked = linesOf(texts.picked(pickedSum(state)), screen).slice(0, ALWAYS.picked)
  return {
    above: [...layout.head, ...picked, `${texts.filter}${state.filter}`].join('\n'),
    below: [...heading, ...lines, ...(layout.page ? place : []), ...noteOf(state, noteLines, screen), ...hints].join(
      '\n',
    ),
  }
}

/** The reason why the last key had no effect, or a note about the order under the cursor. */
function noteOf(state: PickerState, most: number, screen: Screen): string[] {
  const { notices, betweenSentences } = pickerTexts(screen.lang)
  const notice = state.notice === null ? '' : notices[state.notice]
  const row = state.shown[cursorIndex(state)]
  const about =
    row === undefined || (notice !== '' && state.notice !== 'not-permitted') ? '' : aboutRow(row, screen.lang)
  const text = pastedIn([notice, about].filter((part) => part !== '').join(betweenSentences), screen)
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

function aboutRow({ order, permission, mark, asked }: PickerRow, lang: Lang): string {
  if (mark !== null) return reasonText({ reason: mark, about: null }, order, asked, lang)
  switch (permission.verdict) {
    case 'permitted':
      return permission.request === 'corrected-sale' && order.heldAmountYen !== null
        ? sentences(lang).corrected(order.heldAmountYen, permission.amountYen)
        : ''
    case 'ask':
      return missingText(permission.missing, lang)
    case 'refused':
      return reasonText(permission, order, asked, lang)
    default:
      return permission satisfies never
  }
}
