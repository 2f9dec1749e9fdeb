// The only module that reads the clock. Also converts times to and from Japan time.
import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from './ports.js'

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  // `performance` would have to be created for it, which costs 2 ms of a start.
  monotonicMs: () => Number(process.hrtime.bigint()) / 1e6,
  sleep: async (ms, signal) => {
    try {
      await wait(Math.max(0, ms), undefined, signal ? { signal } : {})
    } catch (error) {
      if (!signal?.aborted) throw error
    }
  },
}

/** This moment on both clocks of a process. */
export const momentOf = (clock: Clock): { wallMs: number; monotonicMs: number } => ({
  wallMs: clock.nowMs(),
  monotonicMs: clock.monotonicMs(),
})

/** A clock that moves only on command. `sleep` moves it and returns at once. */
export class FixedClock implements Clock {
  constructor(private wallMs: number) {}
  private monoMs = 0

  nowMs = (): number => this.wallMs
  monotonicMs = (): number => this.monoMs

  sleep = async (ms: number): Promise<void> => this.advance(ms)

  advance(ms: number): void {
    this.wallMs += ms
    this.monoMs += ms
  }
}

const JAPAN_OFFSET_MS = 9 * 60 * 60 * 1000

/** Epoch milliseconds as `YYYY-MM-DDThh:mm:ss+09:00`. */
export const japanIso = (ms: number): string => `${new Date(ms + JAPAN_OFFSET_MS).toISOString().slice(0, 19)}+09:00`

/** The same with its milliseconds. */
export const japanIsoMs = (ms: number): string => `${new Date(ms + JAPAN_OFFSET_MS).toISOString().slice(0, 23)}+09:00`

/** Epoch milliseconds as the Japan date `YYYY-MM-DD`. */
export const japanDate = (ms: number): string => japanIso(ms).slice(0, 10)

/** Epoch milliseconds of an ISO time with offset. */
export const msOfIso = (iso: string): number => Date.parse(iso)

/** Epoch milliseconds of `hh:mm`, Japan time, on the Japan day of `nowMs`; `24:00` is the day's end. */
export function msOfJapanTime(hhmm: string, nowMs: number): number {
  const [hours, minutes] = hhmm.split(':').map(Number) as [number, number]
  return Date.parse(`${japanDate(nowMs)}T00:00:00+09:00`) + (hours * 60 + minutes) * 60_000
}

/** Converts Paygent's `YYYYMMDDhhmmss` to ISO Japan time; null if the text has another form. */
export function isoOfPaygentDate(text: string | undefined): string | null {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text ?? '')
  if (!match) return null
  const [, year, month, day, hour, minute, second] = match
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}+09:00`
  return Number.isNaN(Date.parse(iso)) ? null : iso
}
