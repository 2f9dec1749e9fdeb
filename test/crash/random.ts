// Reproducible chance: one number determines everything that follows from it.

export interface Random {
  /** From 0 to below 1. */
  next(): number
  /** A whole number from `from` to below `to`. */
  between(from: number, to: number): number
  pick<Item>(items: readonly Item[]): Item
  shuffled<Item>(items: readonly Item[]): Item[]
}

/** mulberry32: small, and good enough to spread kills. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (from: number, to: number): number => from + Math.floor(next() * (to - from))
  return {
    next,
    between,
    pick(items) {
      const item = items[between(0, items.length)]
      if (item === undefined) throw new Error('nothing to pick from')
      return item
    },
    shuffled(items) {
      const left = [...items]
      for (let index = left.length - 1; index > 0; index -= 1) {
        const other = between(0, index + 1)
        ;[left[index], left[other]] = [left[other] as (typeof left)[number], left[index] as (typeof left)[number]]
      }
      return left
    },
  }
}
