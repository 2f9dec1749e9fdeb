// Which payment method a line of the file has.
import { paidBy, type MethodNames, type MethodValue, type PaidBy } from '../domain/method-names.js'
import { comparedName } from '../text/names.js'

/** What this tool writes, and what the shops' modules are called. */
const OWN_NAMES: MethodNames = new Map<string, MethodValue>([
  ['credit', 'credit'],
  ['paygentクレジット', 'credit'],
  ['carrier', 'carrier'],
  ['paygentキャリア', 'carrier'],
])

/** A file has few names of methods; each is looked up once. */
const REMEMBERED = 100

/** Reads the methods of one file, and remembers which names of the shop's it came across. */
export class MethodReader {
  private readonly known: ReadonlyMap<string, PaidBy>
  private readonly remembered = new Map<string, PaidBy | null>()
  private readonly met = new Set<string>()

  constructor(private readonly names: MethodNames) {
    this.known = new Map([...OWN_NAMES, ...names].map(([name, value]) => [comparedName(name), paidBy(value)]))
  }

  /** Null for a method that Paygent has no part in, or that nobody has named; so too for an empty cell. */
  read(cell: string): PaidBy | null {
    const before = this.remembered.get(cell)
    if (before !== undefined) return before
    const form = comparedName(cell)
    const found = this.known.get(form) ?? null
    if (found !== null) this.met.add(form)
    if (this.remembered.size < REMEMBERED) this.remembered.set(cell, found)
    return found
  }

  /** The shop's names that no line had. */
  unmatched(): string[] {
    return [...this.names.keys()].filter((name) => !this.met.has(comparedName(name)))
  }
}
