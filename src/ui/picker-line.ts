// Draws one order of the picker as a line, and the names of the columns above. Pure.
import { isShipped } from '../domain/order-status.js'
import type { Operation } from '../domain/order.js'
import { stateLabel } from '../domain/statuses.js'
import { shortDate, yen } from '../text/numbers.js'
import { type Ruler, cut, cutMiddle, displayWidth, pad, safe } from '../text/width.js'
import type { PickerRow, PickerView } from './picker.js'
import { reasonShort } from './reasons.js'
import { type Lang, type Screen, bothLanguages, paint } from './screen.js'
import { actionName, labelWord, shortMethod, word } from './words.js'

const JA = {
  number: '番号',
  date: '受注日',
  name: '顧客名',
  method: '支払方法',
  amount: '金額',
  shipped: '発送',
  left: '残り',
  may: { sale: '売上', cancel: '取消' } satisfies Record<Operation, string>,
  isShipped: '済',
  notShipped: '未',
  daysLeft: (days: number): string => (days < 0 ? '切れ' : `${days}日`),
  /** The amount of an order while Paygent's held amount is not known. */
  about: (amount: string): string => `約${amount}`,
}

const EN: typeof JA = {
  number: 'Order',
  date: 'Ordered',
  name: 'Customer',
  method: 'Method',
  amount: 'Yen',
  shipped: 'Shipped',
  left: 'Left',
  may: { sale: 'Sale', cancel: 'Cancel' },
  isShipped: 'yes',
  notShipped: 'no',
  daysLeft: (days) => (days < 0 ? 'exp.' : `${days}d`),
  about: (amount) => `about ${amount}`,
}

const TEXTS = bothLanguages(JA, EN)

/** The cells of an order's line; only the name is ever cut. */
interface Cells {
  readonly number: string
  readonly date: string
  readonly name: string
  readonly method: string
  readonly amount: string
  readonly shipped: string
  /** Days on which the authorisation can still be sold. */
  readonly left: string
  /** ペイジェント状況. */
  readonly label: string
  /** ○ with the request, or the reason against it. */
  readonly may: string
  /** The same where there is no room for the request. */
  readonly mayShort: string
}

const CELL_NAMES: readonly (keyof Cells)[] = [
  'number',
  'date',
  'name',
  'method',
  'amount',
  'shipped',
  'left',
  'label',
  'may',
  'mayShort',
]

const ALIGN: Readonly<Partial<Record<keyof Cells, 'right'>>> = { number: 'right', amount: 'right', left: 'right' }

function cellsOf({ order, permission, amountYen, untold, mark, daysLeft }: PickerRow, view: PickerView): Cells {
  const { lang, today } = view
  const texts = TEXTS[lang]
  const amount = yen(amountYen, lang)
  return {
    number: safe(order.orderId),
    date: safe(shortDate(order.orderedAt, today)),
    name: safe(order.customerName),
    method: shortMethod(order, lang),
    amount: untold ? texts.about(amount) : amount,
    shipped: isShipped(order) ? texts.isShipped : texts.notShipped,
    left: daysLeft === null ? '' : texts.daysLeft(daysLeft),
    label: labelWord(stateLabel(order), lang),
    ...(mark === null ? mayOf(permission, lang) : markedMay(mark, lang)),
  }
}

const headings = (operation: Operation, lang: Lang): Cells => {
  const { may, ...texts } = TEXTS[lang]
  return { ...texts, label: word('column.label', lang), may: may[operation], mayShort: may[operation] }
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

/**
 * The widest of every kind of cell and its heading, so that the columns keep their place whichever rows are shown; 0 for
 * a state that no row has.
 */
export function cellWidths(
  rows: readonly PickerRow[],
  operation: Operation,
  view: PickerView,
  ruler: Ruler,
): CellWidths {
  const names = headings(operation, view.lang)
  const widths = {
    number: 0,
    date: 0,
    name: 0,
    method: 0,
    amount: 0,
    shipped: 0,
    left: 0,
    label: 0,
    may: 0,
    mayShort: 0,
  }
  for (const key of CELL_NAMES) widths[key] = displayWidth(names[key], ruler)
  const headingOfLabel = widths.label
  widths.label = 0
  for (const row of rows) {
    const cells = cellsOf(row, view)
    for (const key of CELL_NAMES) widths[key] = Math.max(widths[key], displayWidth(cells[key], ruler))
  }
  if (widths.label > 0) widths.label = Math.max(widths.label, headingOfLabel)
  return widths
}

export interface LineShape {
  readonly columns: readonly (keyof Cells)[]
  /** Cells for the name; 0 leaves it out. */
  readonly name: number
}

/** Cursor, box and the blank after it. */
const LEAD = '> [x] '.length
const GAP = '  '

/** The shapes from the fullest to the barest, each with the cells that it must leave for a name that is longer. */
const SHAPES: readonly { readonly columns: readonly (keyof Cells)[]; readonly least: number }[] = [
  { columns: ['number', 'date', 'name', 'method', 'amount', 'shipped', 'left', 'label', 'may'], least: 20 },
  { columns: ['number', 'date', 'name', 'method', 'amount', 'shipped', 'left', 'may'], least: 18 },
  { columns: ['number', 'name', 'method', 'amount', 'shipped', 'left', 'may'], least: 12 },
  { columns: ['number', 'name', 'amount', 'shipped', 'left', 'may'], least: 12 },
  { columns: ['number', 'name', 'amount', 'shipped', 'left', 'mayShort'], least: 10 },
  { columns: ['number', 'name', 'amount', 'shipped', 'mayShort'], least: 10 },
  { columns: ['number', 'name', 'amount', 'mayShort'], least: 0 },
]

/** The cells that fit the terminal's width: state and date are left out first, then the method, days and shipping. */
export function lineShape(widths: CellWidths, width: number | null): LineShape {
  const shapes = SHAPES.map(({ columns, least }) => {
    const kept = columns.filter((column) => column !== 'label' || widths.label > 0)
    const others = kept.filter((column) => column !== 'name')
    const taken = LEAD + others.reduce((sum, column) => sum + widths[column] + GAP.length, 0)
    const room = width === null ? widths.name : width - taken
    const name = Math.max(0, Math.min(widths.name, room))
    return { columns: name > 0 ? kept : others, name, fits: room >= Math.min(widths.name, least) }
  })
  const barest = SHAPES.at(-1)?.columns.filter((column) => column !== 'name') ?? []
  return shapes.find(({ fits }) => fits) ?? { columns: barest, name: 0 }
}

function joined(cells: Cells, widths: CellWidths, { columns, name }: LineShape, screen: Screen): string {
  const parts = columns.map((column) => {
    if (column === 'name') return pad(cutMiddle(cells.name, name, screen), name, 'left', screen)
    return pad(cells[column], widths[column], ALIGN[column] ?? 'left', screen)
  })
  return parts.join(GAP).trimEnd()
}

const fitted = (line: string, screen: Screen): string =>
  screen.width === null ? line : cut(line, screen.width, screen)

/** The names of the columns, each over its cells. */
export const headingLine = (operation: Operation, widths: CellWidths, shape: LineShape, screen: Screen): string =>
  fitted(' '.repeat(LEAD) + joined(headings(operation, screen.lang), widths, shape, screen), screen)

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
  screen: Screen & PickerView,
): string {
  const box = row.permitted ? `[${at.ticked ? 'x' : ' '}]` : ' - '
  const line = fitted(`${at.cursor ? '>' : ' '} ${box} ${joined(cellsOf(row, screen), widths, shape, screen)}`, screen)
  if (!row.permitted) return paint(line, 'grey', screen)
  return at.ticked ? paint(line, 'green', screen) : line
}
