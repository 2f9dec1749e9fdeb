// One order of the picker as one line; number, amount and what may be sent are never cut. Page 6.
import { stateLabel } from '../domain/statuses.js'
import { actionName, labelWord, shortMethod, word } from './messages/texts.js'
import { yen } from './numbers.js'
import type { PickerRow } from './picker-rows.js'
import { pickerTexts } from './picker-texts.js'
import { reasonShort } from './reasons.js'
import { type Lang, paint, type Screen } from './screen.js'
import { cut, displayWidth, pad, type Ruler, safe } from './width.js'

interface Cells {
  readonly number: string
  readonly name: string
  readonly method: string
  readonly amount: string
  /** ペイジェント状況. */
  readonly label: string
  /** ○ with the request, or why not. */
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

/** It may be sent, and what keeps it from being ticked along with all is told in the place of the request. */
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

/** The widest of every kind of cell, so that the columns stay where they are whatever is shown. */
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

/** From the fullest to the barest, each with the cells that it must leave for a name that is longer. */
const SHAPES = [
  { label: true, method: true, may: 'may', least: 20 },
  { label: false, method: true, may: 'may', least: 14 },
  { label: false, method: true, may: 'mayShort', least: 14 },
  { label: false, method: false, may: 'mayShort', least: 0 },
] as const

/** What stands in a line of the terminal's width: the state goes first, then the request, then the method. */
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

/** The line, without blanks at its end. Colours say nothing that the text does not. */
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
