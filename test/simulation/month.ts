// Plays a month of a shop that exports its orders as CSV: every day the same file, longer, and every night the nightly
// run.
import { BY_NAME } from '../../src/batch/plan.js'
import { makePlan } from '../../src/batch/prepare.js'
import { runBatch } from '../../src/batch/run.js'
import { japanIso, momentOf } from '../../src/clock.js'
import type { Carrier } from '../../src/domain/order.js'
import { CANCELLED, effectiveStatus, SOLD } from '../../src/domain/statuses.js'
import type { Client, TransportResult } from '../../src/gateway/client.js'
import { gatewayOver } from '../../src/gateway/gateway.js'
import { nightly } from '../../src/jobs/nightly/nightly.js'
import { nightlyExit, NightlyTally } from '../../src/jobs/nightly/report.js'
import { parseOrdersCsv } from '../../src/mirror/csv/csv.js'
import { type Mirror, openMirror } from '../../src/mirror/open.js'
import { addPayment } from '../../src/simulator/machine.js'
import { openOffice, settleTime } from '../../src/simulator/office.js'
import { SIMULATOR_LOGIN } from '../../src/simulator/telegram.js'
import { IDENTITY, STAMP } from './disk.js'
import { emptyLedger } from './paygent.js'
import { Random } from './random.js'
import { TrueTime } from './time.js'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const HOUR_MS = 60 * 60_000
const MIDNIGHT = Date.parse('2026-11-01T00:00:00+09:00')
const DAYS = 30

/** An order as the shop has it; nobody in the shop ever hears what became of its payment. */
interface Line {
  readonly id: string
  readonly orderedAt: string
  readonly carrier: Carrier | null
  readonly paymentId: string
  /** Whole yen, as it was paid and as it is now. */
  readonly paidYen: number
  totalYen: number
  status: string
  shippedAt: string
  /** Another way of paying, in the shop's words; '' while it is Paygent's. */
  otherMethod: string
  /** A total that staff have entered here; null while there is none. */
  amendedYen: number | null
}

const CALLED_OFF = ['キャンセル', '返品']
const OTHER_METHODS = ['代金引換', '銀行振込'] as const
const COLUMNS = [
  'order_id',
  'ordered_at',
  'customer_name',
  'method',
  'carrier',
  'total',
  'shipped_at',
  'order_status',
  'trading_id',
  'payment_id',
  'payment_status',
  'kind',
]

const csvTime = (iso: string): string => iso.slice(0, 16).replaceAll('-', '/').replace('T', ' ')

const csvLine = (line: Line): string =>
  [
    line.id,
    csvTime(line.orderedAt),
    'ペイジェント 太郎',
    line.otherMethod || (line.carrier === null ? 'PAYGENTクレジット' : 'PAYGENTキャリア'),
    line.carrier ?? '',
    line.totalYen,
    csvTime(line.shippedAt),
    line.status,
    `t${line.id}`,
    line.paymentId,
    '20',
    '',
  ].join(',')

/** The telegram and the order of a request that moved money. */
interface Sent {
  readonly telegram: string
  readonly orderId: string
}

/** The faults that were found, with the day; and how much there was to look at. */
export interface Month {
  readonly faults: readonly string[]
  readonly orders: number
  readonly sent: number
  readonly conflicts: number
  readonly goodDays: number
  readonly story: readonly string[]
}

const field = (form: string, name: string): string => new RegExp(`(?:^|&)${name}=([^&]*)`).exec(form)?.[1] ?? ''

/** Plays a month. @param seed of everything that happens in it */
export async function playMonth(seed: number): Promise<Month> {
  const folder = mkdtempSync(join(tmpdir(), 'paygent-month-'))
  try {
    const shop = new CsvShop(seed, folder)
    for (let day = 0; day < DAYS; day += 1) await shop.day(day)
    return shop.close()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

class CsvShop {
  readonly #random: Random
  readonly #time = new TrueTime(MIDNIGHT)
  readonly #ledger = emptyLedger()
  readonly #office = openOffice(this.#ledger, this.#time, SIMULATOR_LOGIN)
  readonly #lines: Line[] = []
  readonly #sent: Sent[] = []
  readonly #faults: string[] = []
  readonly #story: string[] = []
  readonly #notices: boolean
  readonly #mirror: Mirror
  /** Orders about which shop and mirror disagree for a true reason, until the shop's line is as it was. */
  readonly #inConflict = new Set<string>()
  #conflicts = 0
  #goodDays = 0
  #day = 0

  constructor(seed: number, folder: string) {
    this.#random = new Random(seed)
    this.#notices = this.#random.chance(0.5)
    this.#mirror = openMirror(join(folder, 'mirror.db'), {
      mode: 'create',
      stamp: STAMP,
      clock: this.#time,
      identity: { ...IDENTITY, pid: process.pid },
      stateDir: folder,
    })
    if (this.#mirror.state.check() === 'new') this.#mirror.state.record()
  }

  async day(day: number): Promise<void> {
    this.#day = day
    this.#until(10)
    const orders = this.#random.between(1, 3)
    for (let order = 0; order < orders; order += 1) this.#orderComes()
    this.#until(14)
    const disputed = new Set(this.#lines.flatMap((line) => this.#staffWork(line) ?? []))
    this.#until(18)
    this.#import(disputed)
    if (this.#random.chance(0.4)) await this.#cancelCalledOff()
    this.#until(22)
    await this.#night()
    this.#compare()
  }

  close(): Month {
    const { ok } = this.#mirror.journal.verify(null)
    if (!ok) this.#faults.push('the audit trail does not verify')
    this.#mirror.close()
    return {
      faults: this.#faults,
      orders: this.#lines.length,
      sent: this.#sent.length,
      conflicts: this.#conflicts,
      goodDays: this.#goodDays,
      story: this.#story,
    }
  }

  #until(hour: number): void {
    this.#time.pass(MIDNIGHT + (this.#day * 24 + hour) * HOUR_MS - this.#time.nowMs())
    this.#ledger.atomically(() => settleTime(this.#ledger, this.#time.nowMs()))
  }

  #fault(what: string): void {
    this.#faults.push(`day ${this.#day + 1}: ${what}`)
  }

  #tell(line: Line, what: string): void {
    this.#story.push(`day ${this.#day + 1}: order ${line.id} ${what}`)
  }

  #orderComes(): void {
    const id = String(this.#lines.length + 1)
    const carrier = this.#random.pick([null, 'docomo', 'au', 'softbank'] as const)
    const paidYen = 1_000 + 100 * this.#random.below(30)
    const atMs = this.#time.nowMs()
    const method = carrier === null ? 'credit' : 'carrier'
    const payment = { paymentId: `10${id.padStart(4, '0')}`, tradingId: `t${id}`, method, carrier } as const
    const { paymentId } = this.#ledger.atomically(() =>
      addPayment(this.#ledger, { ...payment, status: '20', amountYen: paidYen }, { atMs, by: 'start' }),
    )
    const blank = { shippedAt: '', otherMethod: '', amendedYen: null, status: '新規受付' }
    this.#lines.push({ ...blank, id, carrier, paymentId, paidYen, totalYen: paidYen, orderedAt: japanIso(atMs) })
  }

  /** Changes an order as the shop does that day; the result is its number where that is a true conflict. */
  #staffWork(line: Line): string | null {
    const { id } = line
    if (this.#inConflict.has(id) && this.#random.chance(0.3)) return this.#takeBack(line)
    if (line.otherMethod !== '' || this.#inConflict.has(id)) return null
    const [order] = this.#mirror.orders.find([id])
    const touched = order !== undefined && this.#mirror.journal.attempts(id).length > 0
    if (line.status === 'キャンセル') {
      if (touched || order === undefined || !this.#random.chance(0.05)) return null
      line.status = '新規受付'
      this.#tell(line, 'comes back as an order to sell')
      return id
    }
    if (line.shippedAt !== '') {
      if (touched && line.status === '発送済み' && this.#random.chance(0.03)) {
        line.status = '返品'
        this.#tell(line, 'comes back as a parcel')
      }
      return null
    }
    const deed = this.#random.weighted([
      [50, 'nothing'],
      [30, 'ship'],
      [5, 'cancel'],
      [3, 'method'],
      [6, 'lower'],
      [6, 'amend'],
    ] as const)
    return this.#do(deed, line, touched)
  }

  /** The line is as it was, and so the conflict is over with the next file. */
  #takeBack(line: Line): null {
    if (line.otherMethod === '') line.status = 'キャンセル'
    line.otherMethod = ''
    this.#inConflict.delete(line.id)
    this.#tell(line, 'is as it was')
    return null
  }

  #do(deed: 'nothing' | 'ship' | 'cancel' | 'method' | 'lower' | 'amend', line: Line, touched: boolean): string | null {
    if (deed !== 'nothing') this.#tell(line, deed)
    switch (deed) {
      case 'nothing':
        return null
      case 'ship':
        line.status = '発送済み'
        line.shippedAt = japanIso(this.#time.nowMs())
        return null
      case 'cancel':
        line.status = 'キャンセル'
        return null
      case 'method': {
        const known = this.#mirror.orders.find([line.id]).length > 0
        line.otherMethod = this.#random.pick(OTHER_METHODS)
        return known ? line.id : null
      }
      case 'lower':
        if (!touched && line.amendedYen === null) line.totalYen -= 100
        return null
      case 'amend':
        this.#amend(line)
        return null
      default:
        return deed satisfies never
    }
  }

  /** The file goes on giving the shop's total. */
  #amend(line: Line): void {
    const { lock, journal } = this.#mirror
    if (!lock.acquire('amend')) throw new Error('the mirror is locked')
    const wantedYen = line.totalYen - 200
    const amendment = journal.amend(line.id, wantedYen, this.#time.nowMs())
    if (amendment.type === 'amended') line.amendedYen = wantedYen
    lock.release()
  }

  #import(disputed: ReadonlySet<string>): void {
    const bytes = Buffer.from([COLUMNS.join(','), ...this.#lines.map(csvLine), ''].join('\n'))
    const parsed = parseOrdersCsv(bytes, { path: 'orders.csv', methodNames: new Map(), statusNames: new Map() })
    const { conflicts, standing } = this.#mirror.importOrders(parsed, this.#time.nowMs())
    const told = conflicts.map(({ orderId }) => orderId).toSorted()
    if (told.join() !== [...disputed].toSorted().join())
      this.#fault(
        `import tells conflicts of ${JSON.stringify(conflicts)}, and true are those of ${[...disputed].join() || 'none'}`,
      )
    if (standing !== this.#inConflict.size)
      this.#fault(`${standing} conflicts stand, and ${this.#inConflict.size} are true`)
    this.#conflicts += disputed.size
    for (const orderId of disputed) this.#inConflict.add(orderId)
  }

  /** Staff release what they have called off, and give back what has come back. */
  async #cancelCalledOff(): Promise<void> {
    const orderIds = this.#lines
      .filter(
        ({ id, status, otherMethod }) => CALLED_OFF.includes(status) && otherMethod === '' && !this.#inConflict.has(id),
      )
      .map(({ id }) => id)
    const deps = this.#deps()
    const { signal } = new AbortController()
    const began = momentOf(this.#time)
    const rules = { ...this.#rules(), includeCancelled: true }
    const preparing = makePlan({ ...BY_NAME, orders: deps.orders.find(orderIds) }, 'cancel', rules, deps, began, signal)
    let planned = await preparing.next()
    while (!planned.done) planned = await preparing.next()
    const { plan, plannedAt } = planned.value
    const options = { plannedAt, untilMs: null, stopAfter: 3, settleMs: 0, wait: false, leave: signal }
    for await (const event of runBatch(plan, deps, options, signal))
      if (event.type === 'settled' && event.outcome !== 'accepted')
        this.#fault(`the cancel of order ${event.step.orderId} is ${event.outcome} ${event.code ?? ''}`)
  }

  async #night(): Promise<void> {
    const deps = this.#deps()
    const { signal } = new AbortController()
    const tally = new NightlyTally()
    const wishes = {
      rules: this.#rules(),
      shippedOnly: true,
      limits: { maxOrders: null, maxAmountYen: null, largeFrom: null },
      sending: {
        untilMs: this.#time.nowMs() + HOUR_MS,
        unattended: true,
        stopAfter: 3,
        settleMs: 0,
        wait: false,
        push: false,
      },
      lockWaitMs: 0,
      leave: signal,
      sync: { notices: this.#notices, limit: null },
      pull: false,
      shopAway: null,
      statusSetting: '',
    }
    const before = this.#sent.length
    for await (const event of nightly(wishes, deps, signal)) {
      tally.note(event)
      const inner = 'event' in event ? event.event : event
      if (inner.type === 'difference') this.#story.push(`day ${this.#day + 1}: ${JSON.stringify(inner)}`)
    }
    for (const { orderId, telegram } of this.#sent.slice(before)) this.#checkSold(orderId, telegram)
    const conflicts = this.#mirror.orders.list({}).filter(({ conflict }) => conflict).length
    if (conflicts !== this.#inConflict.size)
      this.#fault(`${conflicts} orders are in conflict after the night, and ${this.#inConflict.size} truly are`)
    const code = nightlyExit(tally.report(deps, false))
    if (this.#inConflict.size > 0) return
    this.#goodDays += 1
    if (code !== 0) this.#fault(`a night without a conflict ends with ${code}`)
  }

  #checkSold(orderId: string, telegram: string): void {
    const line = this.#lines.find(({ id }) => id === orderId)
    const why =
      line === undefined
        ? 'is none of the shop’s'
        : CALLED_OFF.includes(line.status)
          ? `is at ${line.status}`
          : line.otherMethod !== ''
            ? `is paid by ${line.otherMethod}`
            : line.shippedAt === ''
              ? 'has not been shipped'
              : this.#inConflict.has(orderId)
                ? 'is in conflict'
                : null
    if (why !== null) this.#fault(`the night sends ${telegram} for order ${orderId}, which ${why}`)
  }

  /** The mirror stands as the ledger does; what was shipped and is still wanted has been sold, once, at its last total. */
  #compare(): void {
    for (const line of this.#lines) {
      const { id } = line
      const [order] = this.#mirror.orders.find([id])
      if (order === undefined) {
        if (line.otherMethod === '') this.#fault(`order ${id} is not in the mirror`)
        continue
      }
      const payment = this.#ledger.payments.find(order.paymentId ?? '')
      const effective = effectiveStatus(order)
      const here = effective.known ? effective.status : 'unknown'
      if (order.attention || order.openAttempt) this.#fault(`order ${id} waits for a person or for an answer`)
      if (stands(payment?.status ?? '') !== stands(here))
        this.#fault(`order ${id}, payment ${order.paymentId}: ${here} here, ${payment?.status} at Paygent`)
      this.#compareSold(line)
    }
  }

  #compareSold({ id, status, shippedAt, otherMethod, amendedYen, totalYen }: Line): void {
    const sold = this.#ledger.payments.ofTrading(`t${id}`).filter((payment) => SOLD.includes(payment.status))
    if (sold.length > 1) this.#fault(`order ${id} is sold ${sold.length} times`)
    const wanted = shippedAt !== '' && status === '発送済み' && otherMethod === '' && !this.#inConflict.has(id)
    if (!wanted) return
    const wantedYen = amendedYen ?? totalYen
    if (sold[0]?.amountYen !== wantedYen)
      this.#fault(`order ${id} is sold for ${sold[0]?.amountYen ?? 'nothing'}, and was to be for ${wantedYen} yen`)
  }

  #rules() {
    const nowMs = this.#time.nowMs()
    return {
      profile: 'current',
      single: false,
      includeCancelled: false,
      afterUnknown: false,
      statuses: [],
      nowMs,
    } as const
  }

  #deps() {
    const { orders, journal, issues: books, inbox, lock, state } = this.#mirror
    const gateway = gatewayOver(() => this.#wire(), SIMULATOR_LOGIN, this.#time)
    return { gateway, orders, journal, issues: books, inbox, lock, state, clock: this.#time, desk: null }
  }

  /** Nothing goes wrong on it. */
  #wire(): Client {
    return {
      post: async (path, body): Promise<TransportResult> => {
        this.#time.pass(200)
        const form = body.toString('latin1')
        const telegram = field(form, 'telegram_kind')
        if (telegram !== '094' && telegram !== '091')
          this.#sent.push({ telegram, orderId: field(form, 'trading_id').slice(1) })
        const arrival = this.#office.arrive(path, body)
        const shown = this.#office.handle(arrival)
        this.#office.finish(arrival)
        const rest = { httpStatus: 200, complete: true, framing: 'length', compressed: false } as const
        return { type: 'answered', answer: { ...rest, body: shown.body }, reused: false }
      },
      drop: () => undefined,
      close: () => undefined,
    }
  }
}

/** docomo completes a sale and a cancel by itself. */
function stands(status: string): string {
  if (SOLD.includes(status)) return 'sold'
  return CANCELLED.includes(status) ? 'cancelled' : status
}
