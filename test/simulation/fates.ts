// Describes as data the possible fates of one telegram: whether it arrives, the ledger's action, and the part that the
// program sees.
import type { Phase } from '../../src/gateway/faults.js'
import type { Carrier } from '../../src/domain/order.js'
import type { SimulatorFault } from '../../src/simulator/faults.js'
import { DeadlinePassed, InterimAnswer } from '../../src/deadline.js'
import { DISTORTION_NAMES, type DistortionName } from './answers.js'
import type { Random } from './random.js'

/** A connection that fails. Without `began` no byte of the request has left. */
export interface Failure {
  readonly began: boolean
  readonly code: string
  readonly phase: Phase
  /** The program waits for its whole time-out before it knows. */
  readonly waits: boolean
  /** The error that the wire throws, where it is no error of Node's. */
  readonly error?: Error
}

/** A second answer that follows on a kept connection, though nobody has asked for it. */
export type Surplus = 'the same again' | 'P010' | '13001'

export interface Fate {
  /** Counted in the report. */
  readonly kind: string
  /** When it reaches Paygent, milliseconds from now; null is never. */
  readonly arrivesMs: number | null
  /** The fault that happens inside Paygent. */
  readonly office: SimulatorFault | null
  /** The status in transit ends by itself after so long. */
  readonly endsMs: number | null
  /** The failure that the program sees instead of the answer; null shows the answer. */
  readonly failure: Failure | null
  readonly distortion: DistortionName | null
  readonly surplus: Surplus | null
}

const OBEYED: Fate = {
  kind: 'obeyed',
  arrivesMs: 0,
  office: null,
  endsMs: null,
  failure: null,
  distortion: null,
  surplus: null,
}

const failure = (code: string, phase: Phase, began: boolean, waits = false): Failure => ({ began, code, phase, waits })
const TIMEOUT = failure('ETIMEDOUT', 'response', true, true)
/** The library would wait for ever; our deadline does not. */
const DRIP: Failure = { ...TIMEOUT, code: 'DEADLINE', error: new DeadlinePassed() }
const INTERIM = [101, 100, 102, 103].map((status): Failure => {
  return { ...failure(`HTTP ${status}`, 'response', true), error: new InterimAnswer(status) }
})
const RESETS = [
  failure('ECONNRESET', 'send', true),
  failure('ECONNRESET', 'response', true),
  failure('EPIPE', 'send', true),
  failure('ERR_STREAM_PREMATURE_CLOSE', 'read', true),
]
/** Nothing of the request has left. */
const UNSENT = {
  'connection refused': failure('ECONNREFUSED', 'connect', false),
  'name not found': failure('ENOTFOUND', 'connect', false),
  'connecting timed out': failure('ETIMEDOUT', 'connect', false, true),
  'server certificate': failure('CERT_HAS_EXPIRED', 'secure', false),
  'host name': failure('ERR_TLS_CERT_ALTNAME_INVALID', 'secure', false),
  'certificate refused in the handshake': failure('ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'secure', false),
} as const satisfies Record<string, Failure>
/** TLS 1.3: the request has gone out when the server says that it does not take the certificate. */
const REFUSED_LATE = failure('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'response', true)

/** Codes after which nothing has moved: docs/wire.md#response-codes. */
export const FINAL_CODES: readonly string[] = [
  'P001 P002 P003 P004 P005 P006 P007 P008 P009 P010 P011 P012 P013 P014 P015 P016 P017 P018 P029 P033',
  '2004 2005 2006 2007 2013 2014 7001 7002 7003 7405 7406 7408 7409 13001 13002',
].flatMap((codes) => codes.split(' '))
/** Codes that leave it open whether the payment has moved; the last ones nobody has heard of. */
export const OPEN_CODES: readonly string[] = [
  'E001 E002 9005 2001 2002 2008 7101 7105 7301 7302 7401 7402 7501 7502 9004 9999 X1',
].flatMap((codes) => codes.split(' '))
const HALF_DONE_CODES = ['2010', '2011', '2012'] as const
const INQUIRY_CODES = ['E001', 'E002', '9005', '9004', '2001', 'P002', 'P017'] as const

const inside = (changes: Partial<SimulatorFault>): SimulatorFault => ({
  match: { telegram: null, payment_id: null, trading_id: null, nth: null },
  commits: false,
  leaves: null,
  shows: 'reply',
  delay_ms: 0,
  late: false,
  after_ms: null,
  times: null,
  ...changes,
})

/** The fates of every inquiry about an order of which Paygent tells nothing: each world has one of them. */
export const MUTE = {
  silence: { ...OBEYED, kind: '094: never answered', arrivesMs: null, failure: TIMEOUT },
  code: { ...OBEYED, kind: '094: always E001', office: inside({ shows: 'code:E001' }) },
} as const satisfies Record<string, Fate>
export type MuteBy = keyof typeof MUTE

type Draw = (random: Random, about: About) => Fate

/** The telegram that is sent, and for whose payment. */
export interface About {
  readonly telegram: string
  readonly carrier: Carrier | null
  readonly settleMs: number
}

const lost: Draw = () => ({ ...OBEYED, kind: 'request lost', arrivesMs: null, failure: TIMEOUT })
const resetBefore: Draw = (random) => ({
  ...OBEYED,
  kind: 'reset before it was read',
  arrivesMs: null,
  failure: random.pick(RESETS),
})
const resetAfter: Draw = (random) => ({ ...OBEYED, kind: 'reset after it was read', failure: random.pick(RESETS) })
const answerLost: Draw = () => ({ ...OBEYED, kind: 'answer lost or too late', failure: TIMEOUT })
const dripping: Draw = () => ({ ...OBEYED, kind: 'answer drips for ever', failure: DRIP })
const interim: Draw = (random) => {
  const told = random.pick(INTERIM)
  const arrivesMs = random.chance(0.5) ? 0 : null
  return { ...OBEYED, kind: `${told.code}${arrivesMs === null ? ', request lost' : ''}`, arrivesMs, failure: told }
}
const surplus: Draw = (random) => {
  const more = random.pick(['the same again', 'the same again', 'P010', '13001'] as const)
  return { ...OBEYED, kind: `answer, then ${more}`, surplus: more }
}
const unsent: Draw = (random) => {
  const kind = random.pick(Object.keys(UNSENT) as (keyof typeof UNSENT)[])
  return { ...OBEYED, kind, arrivesMs: null, failure: UNSENT[kind] }
}
const refusedLate: Draw = () => ({
  ...OBEYED,
  kind: 'certificate refused after the handshake',
  arrivesMs: null,
  failure: REFUSED_LATE,
})
const distorted: Draw = (random) => {
  const distortion = random.pick(DISTORTION_NAMES)
  return { ...OBEYED, kind: `answer: ${distortion}`, distortion }
}
/** A proxy answers, and the request never reached Paygent. */
const proxied: Draw = (random) => {
  const distortion = random.pick(['a page', 'nothing', 'HTTP 500', 'HTTP 502', 'HTTP 302'] as const)
  return { ...OBEYED, kind: `request lost, ${distortion} instead`, arrivesMs: null, distortion }
}

const late = (kind: string, fromMs: (settleMs: number) => number, toMs: (settleMs: number) => number): Draw => {
  return (random, { settleMs }) => ({
    ...OBEYED,
    kind,
    arrivesMs: random.between(fromMs(settleMs), toMs(settleMs)),
    failure: random.chance(0.5) ? TIMEOUT : random.pick(RESETS),
  })
}
const lateWithin = late(
  'late, within the settle time',
  () => 1_000,
  (settleMs) => settleMs - 1_000,
)
const lateAfter = late(
  'late, after the settle time',
  (settleMs) => settleMs + 1_000,
  (settleMs) => settleMs * 60,
)

const finalCode: Draw = (random) => {
  const code = random.pick(FINAL_CODES)
  return { ...OBEYED, kind: `code ${code}`, office: inside({ shows: `code:${code}` }) }
}
const openCode: Draw = (random) => {
  const code = random.pick(OPEN_CODES)
  const commits = random.chance(0.4)
  return {
    ...OBEYED,
    kind: `code ${code}${commits ? ', done' : ''}`,
    office: inside({ commits, shows: `code:${code}` }),
  }
}
const halfDone: Draw = (random) => {
  const code = random.pick(HALF_DONE_CODES)
  const seen = random.chance(0.3) ? { failure: TIMEOUT } : {}
  const office = inside({ commits: true, shows: `code:${code}` })
  return { ...OBEYED, kind: `half-done ${code}${'failure' in seen ? ', answer lost' : ''}`, office, ...seen }
}

/** Where a request that broke off inside Paygent leaves the payment: docs/wire.md#card-payments and docs/wire.md#carrier-payments. */
const TRANSIT: Readonly<Record<string, readonly string[]>> = {
  '021': ['31'],
  '022': ['30'],
  '023': ['42', '50'],
  '029': ['34'],
  '101': ['30'],
  '102': ['42'],
  '103': ['34'],
}
const transit: Draw = (random, { telegram }) => {
  const leaves = random.pick(TRANSIT[telegram] ?? ['30'])
  const shows = random.pick(['reply', 'code:2008', 'code:E001', 'code:E002'] as const)
  const seen = random.chance(0.3) ? { failure: TIMEOUT } : {}
  const endsMs = random.chance(0.4) ? random.between(1_000, 600_000) : null
  return { ...OBEYED, kind: `left in transit ${leaves}`, office: inside({ leaves, shows }), endsMs, ...seen }
}

const MONEY: readonly (readonly [number, Draw])[] = [
  [3, lost],
  [2, resetBefore],
  [2, resetAfter],
  [4, answerLost],
  [3, unsent],
  [1, refusedLate],
  [3, distorted],
  [1, proxied],
  [4, lateWithin],
  [2, lateAfter],
  [4, surplus],
  [2, interim],
  [1, dripping],
  [4, finalCode],
  [5, openCode],
]
const CORRECTION: readonly (readonly [number, Draw])[] = [...MONEY, [15, halfDone]]
const MAY_BREAK: readonly (readonly [number, Draw])[] = [[5, transit]]
const INQUIRY: readonly (readonly [number, Draw])[] = [
  [6, surplus],
  [2, interim],
  [1, dripping],
  [3, lost],
  [2, resetBefore],
  [2, resetAfter],
  [1, unsent],
  [1, refusedLate],
  [3, distorted],
  [1, proxied],
  [
    3,
    (random) => {
      const code = random.pick(INQUIRY_CODES)
      return { ...OBEYED, kind: `code ${code}`, office: inside({ shows: `code:${code}` }) }
    },
  ],
]

/** Draws the fate of a telegram; with this probability something goes wrong. */
export function drawFate(random: Random, about: About, faultRate: number): Fate {
  if (!random.chance(faultRate)) return OBEYED
  const { telegram, carrier } = about
  if (telegram === '094' || telegram === '091') {
    const fate = random.weighted(INQUIRY)(random, about)
    return { ...fate, kind: `${telegram}: ${fate.kind}` }
  }
  const breaks = telegram.startsWith('02') || carrier === 'docomo'
  const rows = telegram === '029' ? CORRECTION : MONEY
  return random.weighted(breaks ? [...rows, ...MAY_BREAK] : rows)(random, about)
}
