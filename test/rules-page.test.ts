// docs/rules.md is the specification of src/domain: its tables agree with the rules, cell by cell.
import { expiresOn } from '../src/domain/age.js'
import { CORRECTS_ONCE, CUT_OFF, PROFILES, type RuleProfile } from '../src/domain/carriers.js'
import { onlyTheShopEnds } from '../src/domain/difference.js'
import { judge, recheckResultOf } from '../src/domain/judge.js'
import { ECCUBE2_STATUS, ECCUBE4_STATUS, GONE_ORDER_STATUS, readStatus } from '../src/domain/order-status.js'
import {
  type Carrier,
  CARRIERS,
  type Kind,
  KINDS,
  MONEY_TELEGRAMS,
  type MoneyTelegram,
  type Operation,
  type Order,
  type RequestName,
} from '../src/domain/order.js'
import { effectOf, makesNewPayment, OUTCOMES, REASONS } from '../src/domain/outcome.js'
import { blockOf, permit } from '../src/domain/permit.js'
import {
  ALIVE,
  AUTHORISED,
  CANCELLED,
  effectiveStatus,
  IN_TRANSIT,
  SOLD,
  stateLabel,
  STATUS_NAMES,
} from '../src/domain/statuses.js'
import type { HandRefusal } from '../src/jobs/settle.js'
import { HALF_DONE, isHalfDone } from '../src/simulator/telegrams.js'
import { labelWord } from '../src/ui/words.js'
import { HELD_YEN, HOLD, order, rules } from './domain/order-fixture.js'
import { cell, codesIn, listed, pageAt, type Row } from './pages.js'
import { describe, expect, it } from 'vitest'

const page = pageAt('docs/rules.md')

type Payer = Carrier | 'credit'
const PAYERS: readonly Payer[] = ['credit', ...CARRIERS]
const payer = (row: Row): Payer[] => PAYERS.filter((name) => cell(row, 'method') === name)
const ofPayer = (one: Payer): Pick<Order, 'method' | 'carrier'> =>
  one === 'credit' ? { method: 'credit', carrier: null } : { method: 'carrier', carrier: one }
/** Two digits that no table names stand for all others. */
const STATUSES = [...Object.keys(STATUS_NAMES), '77']
const NAMES: readonly RequestName[] = ['sale', 'corrected-sale', 'refund', 'auth-cancel', 'sale-cancel', 'cancel']

/** ○, △ or – for one status, as `permit` says, with the telegram. */
function permitted(one: Payer, profile: RuleProfile, request: RequestName, status: string): string {
  const operation: Operation = request.endsWith('cancel') ? 'cancel' : 'sale'
  const totalYen = request === 'corrected-sale' ? HELD_YEN - 1 : HELD_YEN
  const subject = order({ ...ofPayer(one), status, totalYen })
  const named = request === 'refund' && { refundToYen: HELD_YEN - 1 }
  const [batch, single] = [false, true].map((alone) =>
    permit(subject, operation, rules({ profile, single: alone, ...named })),
  )
  const telegramOf = (given: typeof batch): string | null =>
    given?.verdict === 'permitted' && given.request === request ? given.telegram : null
  const telegram = telegramOf(single)
  if (telegram === null) return '–'
  return `${telegramOf(batch) === telegram ? '○' : '△'} ${telegram}`
}

describe('the matrix', () => {
  const { columns, rows } = page.table('The matrix')
  const statuses = columns.slice(4).map((column) => column.slice(0, 2))

  it('names its columns as Paygent does', () => {
    expect(columns.slice(4)).toEqual(statuses.map((status) => `${status} ${STATUS_NAMES[status]}`))
  })

  const printed = new Map<string, string>(
    rows.flatMap((row) => {
      const profiles = cell(row, 'profile') === 'both' ? PROFILES : [cell(row, 'profile')]
      const [request = ''] = codesIn(cell(row, 'request'))
      return profiles.flatMap((profile) =>
        columns.slice(4).map((column) => {
          const sign = cell(row, column)
          const said = sign === '–' ? sign : `${sign} ${cell(row, 'telegram')}`
          return [`${cell(row, 'method')} ${profile} ${request} ${column.slice(0, 2)}`, said] as const
        }),
      )
    }),
  )

  it('has each row once', () => {
    expect(printed.size).toBe(
      rows.reduce((sum, row) => sum + (cell(row, 'profile') === 'both' ? PROFILES.length : 1), 0) * statuses.length,
    )
  })

  it.each(PROFILES)('is what permit says: %s', (profile) => {
    const wrong: string[] = []
    for (const one of PAYERS)
      for (const request of NAMES)
        for (const status of STATUSES) {
          const place = `${one} ${profile} ${request} ${status}`
          const [said, found] = [printed.get(place) ?? '–', permitted(one, profile, request, status)]
          if (said !== found) wrong.push(`${place}: the page says ${said}, the rules ${found}`)
        }
    expect(wrong).toEqual([])
  })

  it('has the profiles with their cut-offs', () => {
    const found = page.table('Profiles').rows.map((row) => [...codesIn(cell(row, 'profile')), cell(row, 'cut-off')])
    expect(found).toEqual(PROFILES.map((profile) => [profile, CUT_OFF[profile]]))
  })

  it('says how often each is corrected, and into which payment', () => {
    const [, corrections] = page.tables('Amount correction')
    const found = corrections?.rows.map((row) => Object.values(row))
    const said = PAYERS.map((one) => {
      const carrier = one === 'credit' ? null : one
      const once = carrier !== null && CORRECTS_ONCE[carrier]
      const made = makesNewPayment(carrier === null ? '029' : '103', carrier)
      return [one, once ? 'once' : 'no limit', made ? 'a new payment' : 'the same payment']
    })
    expect(found).toEqual(said)
  })
})

describe('statuses', () => {
  it('are all there with name and groups', () => {
    const groups = { authorised: AUTHORISED, 'in transit': IN_TRANSIT, cancelled: CANCELLED, sold: SOLD, alive: ALIVE }
    const said = Object.entries(STATUS_NAMES)
      .toSorted(([one], [other]) => Number(one) - Number(other))
      .map(([status, name]) => {
        const inside = Object.entries(groups).filter(([, members]) => members.includes(status))
        return { status, name, group: inside.map(([group]) => group).join(', ') }
      })
    expect(page.table('Payment statuses').rows).toEqual(said)
  })

  it('live as long as the rules say', () => {
    const { rows } = page.table('Expiry')
    expect(rows.flatMap(payer)).toEqual(PAYERS)
    for (const row of rows) {
      const days = /^(\d+) days$/.exec(cell(row, 'the authorisation lives'))?.[1]
      const { carrier } = ofPayer(payer(row)[0] ?? 'credit')
      const last = expiresOn('2026-11-20', carrier)
      const counted = new Date(Date.parse('2026-11-20') + Number(days ?? 0) * 86_400_000).toISOString().slice(0, 10)
      expect([carrier, last]).toEqual([carrier, carrier === 'docomo' ? '2027-01-31' : counted])
    }
  })

  it('have the kinds of the shop’s module', () => {
    expect(page.table('Kinds').rows.map((row) => cell(row, 'kind').replace('(empty)', ''))).toEqual(KINDS)
  })

  it('become one effective status', () => {
    const { rows } = page.table('Effective status')
    const wrong: string[] = []
    const views = KINDS.filter((kind) => kind !== '' && kind !== '020').flatMap((kind) =>
      [null, ...CARRIERS].flatMap((carrier) => ['none', ...STATUSES].map((status) => ({ kind, carrier, status }))),
    )
    for (const { kind, carrier, status } of views) {
      // A carrier's cancel of an order whose carrier nobody has told is asked about; the page speaks of known ones.
      if (kind === '102' && carrier === null) continue
      const row = rows.find(
        (one) =>
          listed(cell(one, 'kind')).includes(kind) &&
          fits(cell(one, 'carrier'), carrier ?? '') &&
          fits(cell(one, 'known status'), status),
      )
      const told = status === 'none' ? null : status
      const found = effectiveStatus(order({ method: 'carrier', carrier, kind, status: told }))
      const said =
        row &&
        cell(row, 'effective status')
          .replace('the known status', status)
          .replace(/^none:.*/, 'none')
      if (said !== (found.known ? found.status : 'none')) wrong.push(`${kind} ${carrier} ${status}: ${said}`)
    }
    expect(wrong).toEqual([])
  })

  it.each(PAYERS)('have their label: %s', (one) => {
    const { rows } = page.table('Label')
    const column = one === 'credit' ? 'credit' : 'carrier'
    const wordOf = (subject: Order): string => labelWord(stateLabel(subject), 'ja') || '(blank)'
    const labelled = (overrides: Partial<Order>): string => wordOf(order({ ...ofPayer(one), ...overrides }))
    const corrected: Kind = one === 'credit' ? '029' : '103'
    const said = rows.map((row) => cell(row, column))
    const told = { statusOrigin: 'paygent' } as const
    expect([
      labelled({ attention: true, openAttempt: true }),
      labelled({ openAttempt: true, sending: true, status: '40' }),
      labelled({ openAttempt: true, status: '40' }),
      labelled({ ...told, status: '32' }),
      labelled({ ...told, status: '60' }),
      labelled({ ...told, status: '44', kind: corrected }),
      labelled({ ...told, status: '41' }),
      labelled({ ...told, status: '33' }),
      labelled({ ...told, status: '20' }),
    ]).toEqual(said)
    expect(labelled({ conflict: true })).toBe(said[0])
    expect(labelled({ ...told, status: '62' })).toBe(said[4])
  })
})

/** `any`, `any other` or one of those listed. */
const fits = (words: string, value: string): boolean => words.startsWith('any') || listed(words).includes(value)

describe('fences and reasons', () => {
  const HOLDS: Readonly<Record<string, Partial<Order>>> = {
    'open-attempt': { openAttempt: true },
    attention: { attention: true },
    'on-hold': { hold: HOLD },
    conflict: { conflict: true },
    'no-payment': { paymentId: null, tradingId: '' },
    'duplicate-payment': { duplicatePayment: true },
    'cancelled-order': { orderStatus: '返品' },
    'opposite-too-soon': { notProcessed: { operation: 'cancel', atMs: rules().nowMs } },
  }
  const { rows } = page.table('Fences')
  const reasons = rows.map((row) => codesIn(cell(row, 'reason'))[0] ?? '')

  it('are asked in the order of the page', () => {
    for (const [at, reason] of reasons.entries()) {
      const later = reasons.slice(at).map((one) => HOLDS[one])
      expect(blockOf(order(Object.assign({}, ...later) as Partial<Order>), 'sale', rules())?.reason).toBe(reason)
    }
    expect(blockOf(order(), 'sale', rules())).toBeNull()
    expect(reasons.toSorted()).toEqual(Object.keys(HOLDS).toSorted())
  })

  it('have the reasons that the rules have', () => {
    expect(page.table('Reasons').rows.flatMap((row) => codesIn(cell(row, 'reason')))).toEqual(REASONS)
  })

  const { rows: meanings } = page.tables('Order status')[0] ?? { rows: [] }
  const meaningOf = (orderStatus: string): string =>
    meanings.find((row) => listed(cell(row, '対応状況')).includes(orderStatus))?.['meaning'] ?? 'unknown'

  it('read 対応状況 as the page says: names and numbers', () => {
    const named = meanings.slice(0, -2).flatMap((row) => listed(cell(row, '対応状況')))
    const numbers = Array.from({ length: 100 }, (_, number) => String(number))
    const standard = [...Object.values(ECCUBE2_STATUS), ...Object.values(ECCUBE4_STATUS), GONE_ORDER_STATUS]
    const wrong = [...named, ...standard, ...numbers, '店舗保留', '']
      .map((text) => [text, meaningOf(text), readStatus(text, []).meaning] as const)
      .filter(([, said, found]) => said !== found)
    expect(wrong).toEqual([])
    expect(named.length).toBeGreaterThan(15)
  })

  it('read 対応状況 as the page says: parts of names', () => {
    const [parts = '', other = ''] = meanings.slice(-2).map((row) => cell(row, '対応状況'))
    const said = listed(parts.replace(/^any name that contains one of /, ''))
    expect(said).toHaveLength(5)
    for (const part of said) expect([part, readStatus(`店の${part}待ち`, [])]).toEqual([part, BY_PARTS])
    expect(other).toContain('any other')
  })

  it('leave of a conflict what the page says', () => {
    const { rows: fields } = page.table('Conflicts')
    const left = (field: string, ours: Value, theirs: Value, sold = false): boolean =>
      onlyTheShopEnds({ ours: { [field]: ours }, theirs: { [field]: theirs } }, sold, []).length > 0
    const found: Readonly<Record<string, boolean>> = {
      '`method`': left('method', 'credit', 'other'),
      '`total`, raised, or of a sold order': left('total', 1, 2) && left('total', 2, 1, true),
      '`total`, lowered and not sold': left('total', 2, 1),
      '`order_status`, from called off to another meaning': left('order_status', 'キャンセル', '新規受付'),
      '`order_id`: a row that cannot be read': left('order_id', null, 'x'),
    }
    const [paygents, ...others] = fields
    expect(codesIn(cell(paygents ?? {}, 'the shop differs in')).filter((field) => left(field, '1', '2'))).toEqual([])
    const said = others.map((row) => [
      cell(row, 'the shop differs in'),
      cell(row, '`paygent reconcile`') === 'leaves it',
    ])
    expect(Object.fromEntries(said)).toEqual(found)
  })
})

type Value = string | number | null
const BY_PARTS = { meaning: 'cancelled', by: 'parts' }

describe('outcomes', () => {
  it('are those of the rules', () => {
    expect(
      page
        .table('Outcomes')
        .rows.flatMap((row) => codesIn(cell(row, 'outcome')))
        .toSorted(),
    ).toEqual([...OUTCOMES].toSorted())
  })

  it('write what the page says', () => {
    const { rows } = page.table('Accepted requests')
    const wrong: string[] = []
    for (const telegram of MONEY_TELEGRAMS)
      for (const carrier of telegram.startsWith('02') ? [null] : CARRIERS)
        for (const plannedStatus of STATUSES) {
          const row = rows.find(
            (one) =>
              cell(one, 'telegram') === telegram &&
              fits(cell(one, 'carrier').replace('–', 'any'), carrier ?? '') &&
              fits(cell(one, 'from'), plannedStatus),
          )
          const effect = effectOf({ telegram, carrier, plannedStatus, amountYen: 700, newPaymentId: '9' })
          const said = [cell(row ?? {}, 'kind'), cell(row ?? {}, 'status')]
          said.push(cell(row ?? {}, 'held amount'), cell(row ?? {}, 'payment'))
          const held = effect.heldAmountYen === 700 ? 'the amount sent' : 'as it was'
          const found = [effect.kind, effect.status, held, effect.newPaymentId === '9' ? 'the new one' : 'as it was']
          if (said.join() !== found.join()) wrong.push(`${telegram} ${carrier} ${plannedStatus}: ${said.join()}`)
        }
    expect(wrong).toEqual([])
  })

  const AMOUNTS = { any: 5, held: HELD_YEN, sent: 700 } as const

  it.each([0, 1])('are proved by an inquiry as the page says, table %i', (which) => {
    const table = page.tables('Inquiry after an unclear answer')[which]
    const attempts = (table?.rows ?? []).flatMap((row) =>
      expanded(row).map((carrier) => ({ row, carrier, telegram: cell(row, 'telegram') as MoneyTelegram })),
    )
    expect(attempts.length).toBeGreaterThan(1)
    const wrong: string[] = []
    for (const { row, carrier, telegram } of attempts) {
      const { done, made, amount } = doneIn(row)
      for (const status of STATUSES)
        for (const amountYen of Object.values(AMOUNTS)) {
          const isNew = makesNewPayment(telegram, carrier)
          expect(isNew).toBe(which === 1)
          const said = isNew
            ? made.includes(status) && amountYen === AMOUNTS[amount]
            : done.includes(status) && (amount === 'any' || amountYen === AMOUNTS[amount])
          const found = verdictOf({ telegram, carrier, status, amountYen, old: done[0] ?? '' })
          if (said !== (found === 'moved')) wrong.push(`${telegram} ${carrier} ${status} ${amountYen}: ${found}`)
        }
    }
    expect(wrong).toEqual([])
  })

  it('come to what the page says where the answer to a correction is lost', () => {
    const { rows } = page.table('Lost answer to a correction')
    const trade = { orderId: '852', tradingId: '852', method: null, carrier: null, authorizedAt: null }
    const told = (paymentId: string, status: string, amountYen: number) =>
      ({ type: 'told', fact: { ...trade, paymentId, status, amountYen } }) as const
    const attempt = {
      ...trade,
      telegram: '029',
      paymentId: '1',
      plannedStatus: '20',
      heldAmountYen: HELD_YEN,
      amountYen: 700,
    } as const
    const [gone, before] = [told('1', '32', HELD_YEN), told('1', '20', HELD_YEN)]
    const several = { type: 'code', code: '13002' } as const
    const facts = [
      [[gone, told('2', '40', 700)]],
      [[before, before]],
      [
        [gone, gone],
        [gone, several],
      ],
      [
        [before, told('2', '40', 700)],
        [before, several],
        [told('1', '40', HELD_YEN), before],
      ],
    ] as const
    const aging = { ...attempt, seenUnmoved: true, sentAgain: false } as const
    const found = facts.map((each) =>
      each.map(([byPayment, byTrading]) => {
        const verdict = judge(attempt, { byPayment, byTrading })
        const [early, late] = [false, true].map((overdue) => recheckResultOf(aging, verdict, overdue))
        return early === late ? [early] : [early, late]
      }),
    )
    const said = rows.map((row) => codesIn(cell(row, 'the attempt becomes')))
    expect(found.map(([one]) => one)).toEqual(said)
    for (const each of found) expect(new Set(each.map((one) => one.join())).size).toBe(1)
  })

  it('leave after a half-done correction what the simulator leaves', () => {
    const { rows } = page.table('Double charge')
    const left = rows.map((row) => [cell(row, 'code'), /\((\d\d)\)/.exec(cell(row, 'new payment'))?.[1]])
    expect(left).toEqual(Object.entries(HALF_DONE))
    expect(rows.every((row) => isHalfDone(cell(row, 'code')))).toBe(true)
  })

  it('name why a person’s word is refused', () => {
    const REFUSALS = {
      'nothing-waits': true,
      'ask-first': true,
      'too-early': true,
      'no-correction': true,
      'does-not-fit': true,
      'two-alive': true,
      'another-unknown': true,
      contradicted: true,
      changed: true,
    } as const satisfies Record<HandRefusal, true>
    const said = codesIn(page.section("A person's word").split('A word is refused')[1] ?? '')
    expect(said).toEqual(Object.keys(REFUSALS))
  })
})

const expanded = (row: Row): (Carrier | null)[] => {
  const named = cell(row, 'carrier')
  return named === '–' ? [null] : CARRIERS.filter((carrier) => fits(named, carrier))
}

function doneIn(row: Row): { done: string[]; made: string[]; amount: 'any' | 'held' | 'sent' } {
  const column = (name: string): string => row[name] ?? ''
  const done = column('done, if the payment is at') || column('done, if the old payment is at')
  const made = column('and a new one of the same trading id is at')
  return { done: listed(done), made: listed(made), amount: cell(row, 'with the amount') as 'any' | 'held' | 'sent' }
}

interface Asked {
  readonly telegram: MoneyTelegram
  readonly carrier: Carrier | null
  readonly status: string
  readonly amountYen: number
  /** Where the old payment of a correction is. */
  readonly old: string
}

function verdictOf({ telegram, carrier, status, amountYen, old }: Asked): string {
  const trade = { orderId: '852', tradingId: 'T852' }
  const sent = { telegram, carrier, plannedStatus: '20', heldAmountYen: HELD_YEN, amountYen: 700 }
  // A plain sale sends no amount: Paygent captures what it holds.
  const attempt = { ...trade, ...sent, paymentId: '1' }
  const fact = { ...trade, method: null, carrier: null, authorizedAt: null, status, amountYen }
  const isNew = makesNewPayment(telegram, carrier)
  const byPayment = { type: 'told', fact: { ...fact, paymentId: '1', ...(isNew && { status: old }) } } as const
  const byTrading = isNew ? ({ type: 'told', fact: { ...fact, paymentId: '2' } } as const) : null
  return judge(attempt, { byPayment, byTrading }).type
}
