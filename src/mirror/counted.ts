// Tells how far a long loop has come.

/** Hears how many of how many are done. */
export type Heard = (done: number, total: number) => void

/** A power of two less one: small enough that a second never passes between two calls. */
const EVERY = 255

/** Yields the items one by one. `heard` is called before the first, every 256, and after the last. */
export function* counted<Item>(items: Iterable<Item>, total: number, heard: Heard | undefined): Generator<Item> {
  if (heard === undefined) return yield* items
  let done = 0
  for (const item of items) {
    if ((done & EVERY) === 0) heard(done, total)
    yield item
    done += 1
  }
  heard(total, total)
}
