// How wide each column may be, and which ones must go, so that a table fits its terminal. Page 6.

export interface Column {
  readonly header: string
  /** Takes the header's place in a column that is narrower than the header's longest word. */
  readonly shortHeader?: string
  readonly align?: 'left' | 'right'
  /** `never`: order numbers, amounts, results. `cut`: names, at their end. `wrap`: free text, into more lines. */
  readonly shrink: 'never' | 'cut' | 'wrap'
  /** The least width of a column that shrinks, in cells. */
  readonly min?: number
  /** The lowest is left out first; `KEEP` never is. */
  readonly priority: number
}

export const KEEP = Number.POSITIVE_INFINITY

/** A column with the widths of what stands in it, in cells. */
export interface Measured {
  readonly column: Column
  readonly content: number
  readonly header: number
  /** Longest piece of the header that should stay whole. */
  readonly headerWord: number
  readonly shortWord: number
}

export interface FittedColumn {
  readonly index: number
  readonly width: number
}

/** Border and one space on each side of every cell, and the last border. */
const frameWidth = (columns: number): number => columns * 3 + 1

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

interface Room {
  width: number
  readonly whole: boolean
  /** With the header wrapped. */
  readonly wrapped: number
  /** With the short header, wrapped too. */
  readonly short: number
  /** With the text cut or wrapped as well. */
  readonly least: number
}

function roomOf({ column, content, header, headerWord, shortWord }: Measured): Room {
  const least = (word: number): number => Math.min(header, Math.max(4, word))
  const [wrapped, short] = [Math.max(content, least(headerWord)), Math.max(content, least(shortWord))]
  const whole = column.shrink === 'never'
  const floor = whole ? short : Math.min(short, Math.max(column.min ?? 8, least(shortWord)))
  return { width: Math.max(content, header, 1), whole, wrapped, short, least: floor }
}

/** Takes `excess` cells away, one at a time from the column that is widest beyond its floor. Returns what is left over. */
function takeAway(rooms: readonly Room[], excess: number, floor: (room: Room) => number): number {
  let left = excess
  while (left > 0) {
    const open = rooms.filter((room) => room.width > floor(room))
    if (open.length === 0) return left
    const widest = open.reduce((most, room) => (room.width > most.width ? room : most))
    widest.width -= 1
    left -= 1
  }
  return 0
}

function shrink(rooms: readonly Room[], width: number): boolean {
  let excess = sum(rooms.map((room) => room.width)) + frameWidth(rooms.length) - width
  excess = takeAway(rooms, excess, (room) => room.wrapped)
  excess = takeAway(rooms, excess, (room) => room.short)
  return takeAway(rooms, excess, (room) => room.least) === 0
}

/**
 * Wraps headers first and takes short ones, then cuts and wraps what may be, then leaves columns out, the lowest
 * priority first. If what must be shown whole is still too wide, it is wrapped: every character stands there.
 * @param width columns of the terminal; null is unlimited
 */
export function fitColumns(measured: readonly Measured[], width: number | null): FittedColumn[] {
  let kept = measured.map((entry, index) => ({ entry, index }))
  for (;;) {
    const rooms = kept.map(({ entry }) => roomOf(entry))
    const fits = width === null || shrink(rooms, width)
    const lowest = Math.min(...kept.map(({ entry }) => entry.column.priority))
    if (!fits && lowest !== KEEP) {
      const last = kept.findLast(({ entry }) => entry.column.priority === lowest)
      kept = kept.filter((entry) => entry !== last)
      continue
    }
    if (!fits) lastResort(rooms, width)
    return kept.map(({ index }, place) => ({ index, width: rooms[place]?.width ?? 1 }))
  }
}

/** Free text and names give way before numbers are broken. */
function lastResort(rooms: readonly Room[], width: number): void {
  const excess = sum(rooms.map((room) => room.width)) + frameWidth(rooms.length) - width
  takeAway(
    rooms,
    takeAway(rooms, excess, (room) => (room.whole ? room.width : 4)),
    () => 2,
  )
}

/** Cells that the table takes when nothing is wrapped, cut or left out. */
export const naturalWidth = (measured: readonly Measured[]): number =>
  sum(measured.map((entry) => roomOf(entry).width)) + frameWidth(measured.length)
