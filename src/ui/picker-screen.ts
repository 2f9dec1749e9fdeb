// Draws the picker, never wider or higher than the terminal. Pure.
import type { Operation } from '../domain/order.js'
import { stateLabel } from '../domain/statuses.js'
import { grouped, yen } from '../text/numbers.js'
import { type Ruler, cut, displayWidth, fitText, pad, safe, wrap } from '../text/width.js'
import {
  type PickedSum,
  type PickerNotice,
  type PickerRow,
  type PickerState,
  cursorIndex,
  pickedSum,
} from './picker.js'
import { environmentLine } from './plan.js'
import { missingText, reasonShort, reasonText } from './reasons.js'
import { type Lang, type Screen, bothLanguages, paint } from './screen.js'
import { actionName, labelWord, sentences, shortMethod, word } from './words.js'

export interface PickerTexts {
  readonly title: Readonly<Record<Operation, string>>
  readonly filter: string
  readonly betweenSentences: string
  readonly notices: Readonly<Record<PickerNotice, string>>
  /** Each key with its effect, in the order in which they are used. */
  readonly hints: readonly string[]
  /** The amount of an order while Paygent's held amount is not known. */
  readonly about: (amount: string) => string
  readonly picked: (sum: PickedSum) => string
  /** The position of this page in the shown orders; `all` is their number without the filter. */
  readonly page: (first: number, last: number, shown: number, all: number) => string
}

const JA: PickerTexts = {
  title: {
    sale: '一括売上：売上にする受注を選んでください。',
    cancel: '一括取消：取り消す受注を選んでください。',
  },
  filter: '絞り込み：',
  betweenSentences: '',
  notices: {
    'nothing-ticked': '受注が選択されていません。Space で選択してから Enter を押してください。',
    'not-permitted': '選択できません。',
    'none-permitted': '表示中の受注に選択できるものはありません。',
    'some-left': '対応状況の意味が未設定の受注は選択していません。1件ずつ Space で選択できます。',
  },
  hints: [
    '文字: 番号・顧客名・支払方法で絞り込み',
    'Space: 選択/解除',
    'Ctrl-A: 表示中をすべて選択',
    'Ctrl-N: 表示中をすべて解除',
    'Enter: 決定',
    'Esc: 中止',
  ],
  about: (amount) => `約${amount}`,
  picked: ({ count, yen: sum, untold, hidden }) => {
    const more = [
      untold > 0 ? `金額未確認 ${grouped(untold)}件` : '',
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
    'some-left': 'Orders whose status has no meaning yet were not chosen; choose each with Space.',
  },
  hints: [
    'Type: narrow by number, name, method',
    'Space: choose/drop',
    'Ctrl-A: choose all shown',
    'Ctrl-N: drop all shown',
    'Enter: done',
    'Esc: leave',
  ],
  about: (amount) => `about ${amount}`,
  picked: ({ count, yen: sum, untold, hidden }) => {
    const more = [
      untold > 0 ? `amount of ${grouped(untold)} not told yet` : '',
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

/** The cells of an order's line; number, amount and request are never cut. */
interface Cells {
  readonly number: string
  readonly name: string
  readonly method: string
  readonly amount: string
  /** ペイジェント状況. */
  readonly label: string
  /** ○ with the request, or the reason against it. */
  readonly may: string
  /** The same where there is no room for the request. */
  readonly mayShort: string
}

function cellsOf({ order, permission, amountYen, untold, mark }: PickerRow, lang: Lang): Cells {
  const amount = yen(amountYen, lang)
  return {
    number: safe(order.orderId),
    name: safe(order.customerName),
    method: shortMethod(order, lang),
    amount: untold ? pickerTexts(lang).about(amount) : amount,
    label: labelWord(stateLabel(order), lang),
    ...(mark === null ? mayOf(permission, lang) : markedMay(mark, lang)),
  }
}

/** ○ for an order that may be sent, with the reason why the key for all leaves it in place of the request. */
function markedMay(mark: NonNullable<PickerRow['mark']>, lang: Lang): Pick<Cells, 'may' | 'mayShort'> {
  const reason = reasonShort(mark, lang)
  return { may: `${word('may', lang)} ${reason}`, mayShort: reason }
}

function mayOf(permission: PickerRow['permission'], lang: Lang): Pick<Cells, 'may' | 'mayShort'> {
  switch (permission.verdict) {
    case 'permitted':
      return { may: `${word('may', lang)} ${actionName(permission.request, lang)}`, mayShort: word('may', lang) }
    case 'ask': {
      const ask = word('short.ask', lang)
      if (permission.request === null) return { may: ask, mayShort: ask }
      return { may: `${word('may', lang)} ${actionName(permission.request, lang)}`, mayShort: word('may', lang) }
    }
    case 'refused': {
      const reason = reasonShort(permission.reason, lang)
      return { may: reason, mayShort: reason }
    }
    default:
      return permission satisfies never
  }
}

export type CellWidths = Readonly<Record<keyof Cells, number>>

/** The widest of every kind of cell, so that the columns keep their place whichever rows are shown. */
export function cellWidths(rows: readonly PickerRow[], lang: Lang, ruler: Ruler): CellWidths {
  const widths = { number: 0, name: 0, method: 0, amount: 0, label: 0, may: 0, mayShort: 0 }
  for (const row of rows) {
    const cells = cellsOf(row, lang)
    for (const key of Object.keys(widths) as (keyof Cells)[]) {
      widths[key] = Math.max(widths[key], displayWidth(cells[key], ruler))
    }
  }
  return widths
}

export interface LineShape {
  /** Cells for the name; 0 leaves it out. */
  readonly name: number
  readonly method: boolean
  readonly label: boolean
  readonly may: 'may' | 'mayShort'
}

/** Cursor, box and the blank after it. */
const LEAD = '> [x] '.length
const GAP = '  '

/** The shapes from the fullest to the barest, each with the cells that it must leave for a name that is longer. */
const SHAPES = [
  { label: true, method: true, may: 'may', least: 20 },
  { label: false, method: true, may: 'may', least: 14 },
  { label: false, method: true, may: 'mayShort', least: 14 },
  { label: false, method: false, may: 'mayShort', least: 0 },
] as const

/** The cells that fit the terminal's width: the state is left out first, then the request, then the method. */
export function lineShape(widths: CellWidths, width: number | null): LineShape {
  const shapes = SHAPES.map(({ least, ...shape }) => {
    const label = shape.label && widths.label > 0
    const columns = [
      widths.number,
      widths.amount,
      widths[shape.may],
      ...(shape.method ? [widths.method] : []),
      ...(label ? [widths.label] : []),
    ]
    const taken = LEAD + columns.reduce((sum, column) => sum + column + GAP.length, 0)
    const room = width === null ? widths.name : width - taken
    return {
      ...shape,
      label,
      name: Math.max(0, Math.min(widths.name, room)),
      fits: room >= Math.min(widths.name, least),
    }
  })
  return shapes.find(({ fits }) => fits) ?? { ...SHAPES[3], name: 0 }
}

export interface LineState {
  readonly cursor: boolean
  readonly ticked: boolean
}

/** The line, without blanks at its end. Colours add nothing to the text's meaning. */
export function pickerLine(
  row: PickerRow,
  at: LineState,
  widths: CellWidths,
  shape: LineShape,
  screen: Screen,
): string {
  const cells = cellsOf(row, screen.lang)
  const parts = [
    pad(cells.number, widths.number, 'right', screen),
    ...(shape.name > 0 ? [pad(cut(cells.name, shape.name, screen), shape.name, 'left', screen)] : []),
    ...(shape.method ? [pad(cells.method, widths.method, 'left', screen)] : []),
    pad(cells.amount, widths.amount, 'right', screen),
    ...(shape.label ? [pad(cells.label, widths.label, 'left', screen)] : []),
    cells[shape.may],
  ]
  const box = row.permitted ? `[${at.ticked ? 'x' : ' '}]` : ' - '
  const line = `${at.cursor ? '>' : ' '} ${box} ${parts.join(GAP)}`
  const fitted = screen.width === null ? line : cut(line, screen.width, screen)
  if (!row.permitted) return paint(fitted, 'grey', screen)
  return at.ticked ? paint(fitted, 'green', screen) : fitted
}

/** The parts that stay the same while orders are picked. */
export interface PickerFrame {
  readonly operation: Operation
  readonly environment: string
  readonly widths: CellWidths
}

/** Measures the rows once: measuring ten thousand of them would slow down every key. */
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

/** The reason why the last key had no effect, or a note about the order under the cursor. */
function noteOf(state: PickerState, most: number, screen: Screen): string[] {
  const { notices, betweenSentences } = pickerTexts(screen.lang)
  const notice = state.notice === null ? '' : notices[state.notice]
  const row = state.shown[cursorIndex(state)]
  const about =
    row === undefined || (notice !== '' && state.notice !== 'not-permitted') ? '' : aboutRow(row, screen.lang)
  const text = [notice, about].filter((part) => part !== '').join(betweenSentences)
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
