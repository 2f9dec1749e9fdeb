// What the batch does with each response code: the table of page 2.4.
import type { Handling } from '../domain/answer.js'

const CARRIER_REFUSALS = ['7001', '7002', '7003', '7405', '7406', '7408', '7409'] as const

const CODES: Readonly<Record<Exclude<Handling, 'inquire'>, readonly string[]>> = {
  'stop-login': ['P001', 'P002', 'P003', 'P004', 'P015', 'P016'],
  stop: ['P017', 'P018'],
  'not-contracted': ['P007', 'P029'],
  malformed: ['P005', 'P006', 'P008', 'P009', 'P010', 'P011', 'P012', 'P013', 'P014'],
  busy: ['E002', '9005'],
  'notice-busy': ['9004'],
  'acquirer-timeout': ['2008'],
  rejected: ['2004', '2005', '2006', '2007', '2013', '2014', ...CARRIER_REFUSALS, '13001', '13002'],
  'half-done': ['2010', '2011', '2012'],
}

const HANDLING: ReadonlyMap<string, Handling> = new Map(
  Object.entries(CODES).flatMap(([handling, codes]) => codes.map((code) => [code, handling as Handling] as const)),
)

/** How a response code of a result 1 is dealt with. Codes not invented yet are left to the inquiry. */
export function handlingOf(code: string): Handling {
  const known = HANDLING.get(code)
  if (known !== undefined) return known
  // Every P0xx is given before anything is touched; one that we do not know is taken for a fault of the request.
  return /^P0\d\d$/.test(code) ? 'malformed' : 'inquire'
}
