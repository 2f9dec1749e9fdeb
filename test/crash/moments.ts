// Chooses the moments of the kills, and finds the step at which a kill fell.
import type { View } from './eye.js'
import { GROUP_SIZE, LOST } from './groups.js'
import { randomOf } from './random.js'

/** The phases of a run, as a kill can meet them. */
export const PHASES = {
  'before-first': 'before the first request',
  'intent-arrival': 'between intent and arrival',
  'arrival-answer': 'between arrival and answer',
  'answer-booking': 'after the answer, before it is booked',
  'between-requests': 'between two requests',
  'second-look': 'waiting for the second look',
  recovery: 'while the next run recovers',
  ended: 'after the end of the run',
} as const
export type Phase = keyof typeof PHASES

/** A point of a run that can be seen from outside. */
export type Point =
  | 'intent'
  | 'arrived'
  | 'moved'
  | 'answered'
  | 'booked'
  | 'second-look'
  | 'asked'
  | 'recovered'
  | 'ended'

export type Moment =
  /** So much of the time that an undisturbed run takes. */
  | { readonly by: 'time'; readonly share: number }
  /** So soon after a point of the n-th request (of the n-th inquiry with `asked`), in microseconds. */
  | { readonly by: 'event'; readonly point: Point; readonly nth: number; readonly afterUs: number }

/** The treatment of one group: it is killed once, or killed again while the next start cleans up. */
export interface Ordeal {
  readonly moments: readonly Moment[]
  /** The mishap that the moment needs; undefined leaves it to chance. */
  readonly mishap?: { readonly fault: typeof LOST; readonly at: number } | null
}

/** Whether the point has been reached. */
export function reached({ point, nth }: Moment & { by: 'event' }, view: View): boolean {
  const settled = view.lastState === 'prepared' ? view.attempts - 1 : view.attempts
  switch (point) {
    case 'intent':
      return view.attempts >= nth
    case 'arrived':
      return view.arrived >= nth
    case 'moved':
      return view.arrived > nth || (view.arrived === nth && view.carriedOut)
    case 'answered':
      return view.arrived > nth || (view.arrived === nth && view.carriedOut && !view.inHand)
    case 'booked':
      return settled >= nth
    case 'second-look':
      return settled >= GROUP_SIZE && view.waiting > 0
    case 'asked':
      return view.inquiries >= nth
    case 'recovered':
      return view.entries >= nth
    case 'ended':
      return view.runState !== null && view.runState !== 'running'
    default:
      return point satisfies never
  }
}

/**
 * Where the kill fell.
 * @param view at the moment of the kill, counted from the start of the program that was killed
 * @param recovering whether an earlier kill had left something open
 */
export function phaseOf(view: View, recovering: boolean): Phase {
  if (view.runs === 0) return recovering ? 'recovery' : 'before-first'
  if (view.attempts === 0) return 'before-first'
  if (view.runState !== 'running') return 'ended'
  if (view.lastState !== 'prepared') {
    return view.attempts >= GROUP_SIZE && view.waiting > 0 ? 'second-look' : 'between-requests'
  }
  if (view.arrived < view.attempts) return 'intent-arrival'
  return view.inHand || !view.carriedOut ? 'arrival-answer' : 'answer-booking'
}

/** One of each, in turn: after so many kills every phase has had its chance several times. */
const TURNS = [
  'time',
  'intent',
  'arrived',
  'answered',
  'time',
  'recovery',
  'moved',
  'booked',
  'time',
  'intent',
  'answered',
  'second-look',
  'arrived',
  'time',
  'recovery',
  'ended',
] as const

/** Draws the ordeal of this round's group. `share` spreads the kills by time evenly, whatever their number. */
export function ordealOf(seed: number, round: number, rounds: number): Ordeal {
  const random = randomOf(seed * 7919 + round)
  const turn = TURNS[round % TURNS.length] ?? 'time'
  const nth = random.between(1, GROUP_SIZE + 1)
  const event = (point: Point, n: number, withinUs: number): Moment => ({
    by: 'event',
    point,
    nth: n,
    afterUs: random.between(0, withinUs),
  })
  switch (turn) {
    case 'time':
      return { moments: [{ by: 'time', share: ((round * 0.618_034) % 1) + random.next() / Math.max(rounds, 1) }] }
    case 'recovery': {
      const first = event('arrived', nth, 12_000)
      const second = random.next() < 0.5 ? event('asked', random.between(1, 4), 8000) : event('recovered', 1, 3000)
      return { moments: [first, second] }
    }
    case 'second-look':
      return { moments: [event('second-look', 1, 600_000)], mishap: { fault: LOST, at: nth } }
    case 'ended':
      return { moments: [event('ended', 1, 2000)] }
    case 'intent':
      return { moments: [event('intent', nth, 400)] }
    case 'answered':
      return { moments: [event('answered', nth, 1200)] }
    case 'arrived':
      return { moments: [event('arrived', nth, 5000)] }
    case 'moved':
      return { moments: [event('moved', nth, 5000)] }
    case 'booked':
      return { moments: [event('booked', nth, 2000)] }
    default:
      return turn satisfies never
  }
}
