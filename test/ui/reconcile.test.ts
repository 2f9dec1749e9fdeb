// Tests the findings and settlements of `reconcile`, in both languages at three widths.
import { describe, expect, it } from 'vitest'
import type { Difference } from '../../src/domain/difference.js'
import type { ReconcileReport } from '../../src/jobs/reconcile/events.js'
import {
  RECONCILE_TEXTS,
  reconcileCsv,
  reconcileJson,
  reconcileLine,
  reconcileText,
  sideText,
} from '../../src/ui/reconcile.js'
import type { Lang, Screen } from '../../src/ui/screen.js'
import { HIDDEN, HOSTILE } from './hostile.js'
import { expectFits, expectScreen } from './screens.js'

const screen = (lang: Lang, width: number): Screen => ({ lang, width, colour: false, ascii: false })

const difference = (orderId: string, changes: Partial<Difference> = {}): Difference => ({
  orderId,
  paymentId: `1000${orderId}`,
  cause: 'moved',
  mirror: { status: '20', amountYen: 1_733 },
  paygent: { status: '40', amountYen: 1_733 },
  code: null,
  ...changes,
})

const REPORT: ReconcileReport = {
  settled: [
    { orderId: '852', telegram: '101', outcome: 'accepted' },
    { orderId: '853', telegram: '022', outcome: 'not-processed' },
  ],
  open: [{ orderId: '860', telegram: '101', code: null, onHold: false }],
  attention: [
    { orderId: '862', cause: 'late-arrival' },
    { orderId: '864', cause: null },
    { orderId: '873', cause: 'no-answer' },
  ],
  differences: [
    { ...difference('862', { cause: 'late-arrival' }), booked: true },
    { ...difference('870', { cause: 'no-payment', paygent: null, code: '13001' }), booked: false },
    { ...difference('871', { paymentId: null, mirror: { status: null, amountYen: null } }), booked: false },
  ],
  untold: [
    { orderId: '872', code: null },
    { orderId: '873', code: null },
  ],
  shopUnseen: 'shop-unreachable',
  stopped: true,
  audit: { asked: 1_200, notAsked: 3_412 },
}

const AUDIT = 'paygent reconcile --audit --days 90'

const NOTHING: ReconcileReport = {
  settled: [],
  open: [],
  attention: [],
  differences: [],
  untold: [],
  shopUnseen: null,
  stopped: false,
  audit: null,
}

describe.each(['ja', 'en'] as const)('in %s', (lang) => {
  it.each([60, 80, 120])('at %i columns', (width) =>
    expectScreen(`reconcile-${lang}-${width}`, reconcileText(REPORT, 'simulator', screen(lang, width), AUDIT), width),
  )

  it('says that nothing waits', () => {
    const text = reconcileText(NOTHING, 'simulator', screen(lang, 80), AUDIT)
    expect(text).toContain(RECONCILE_TEXTS[lang].nothing)
    expectFits(text, 80)
  })

  it.each([
    [null, null, null],
    [{ asked: 0, notAsked: 5 }, null, 5],
    [{ asked: 1, notAsked: 0 }, 1, null],
    [{ asked: 7, notAsked: 1 }, 7, 1],
  ] as const)('says of those asked alone that they agree: %j', (audit, agree, notAsked) => {
    const text = reconcileText({ ...NOTHING, audit }, 'simulator', screen(lang, 200), AUDIT)
    const texts = RECONCILE_TEXTS[lang]
    expect(text.split('\n').slice(1)).toEqual([
      ...(agree === null ? [] : [texts.agrees(agree)]),
      texts.nothing,
      ...(notAsked === null ? [] : [texts.notAsked(notAsked), texts.notAskedNext]),
    ])
  })

  it.each([
    ['taken', [0], []],
    ['known to nobody at Paygent', [1], ['noPaymentNext']],
    ['not taken', [2], ['notBooked']],
    ['all three', [0, 1, 2], ['notBooked', 'noPaymentNext']],
  ] as const)('says what to do next about differences that are %s', (_, chosen, next) => {
    const differences = REPORT.differences.filter((_difference, index) => chosen.some((one) => one === index))
    const text = reconcileText({ ...NOTHING, differences }, 'simulator', screen(lang, 200), AUDIT)
    const texts = RECONCILE_TEXTS[lang]
    expect((['notBooked', 'noPaymentNext'] as const).filter((key) => text.includes(texts[key]))).toEqual(next)
  })

  it.each(['open', 'attention'] as const)(
    'leaves a difference of an order that is %s to what is said there',
    (where) => {
      const waits = { orderId: '871', telegram: '101', code: null, cause: null } as const
      const report = { ...NOTHING, differences: REPORT.differences.slice(2), [where]: [waits] }
      expect(reconcileText(report, 'simulator', screen(lang, 200), AUDIT)).not.toContain(
        RECONCILE_TEXTS[lang].notBooked,
      )
    },
  )

  it('tells what goes on meanwhile', () => {
    const texts = RECONCILE_TEXTS[lang]
    expect(reconcileLine({ type: 'waiting', remainingMs: 1_001, orders: 1 }, lang)).toBe(texts.waiting(2))
    expect(reconcileLine({ type: 'sending-again', orderId: '852', telegram: '022' }, lang)).toBe(
      texts.sendingAgain('852', '022'),
    )
    expect(reconcileLine({ type: 'finished', runId: 1 }, lang)).toBeNull()
  })

  it.each(HOSTILE)('draws nothing that an order number brings: %j', (orderId) => {
    const hostile: ReconcileReport = {
      settled: [{ orderId, telegram: '101', outcome: 'accepted' }],
      open: [{ orderId, telegram: '101', code: null, onHold: false }],
      attention: [{ orderId, cause: null }],
      differences: [{ ...difference(orderId), booked: true }],
      untold: [{ orderId, code: orderId }],
      shopUnseen: orderId,
      stopped: false,
      audit: null,
    }
    const text = reconcileText(hostile, 'simulator', screen(lang, 80), AUDIT)
    expect(text.replaceAll('\n', '')).not.toMatch(HIDDEN)
  })
})

it.each([
  [null, '－'],
  [{ status: null, amountYen: null }, '－'],
  [{ status: '40', amountYen: null }, '40 消込済'],
  [{ status: '40', amountYen: 1_733 }, '40 消込済 1,733'],
] as const)('a side %j reads %s', (side, text) => expect(sideText(side, 'ja')).toBe(text))

it('gives all of it as JSON but how it ended', () => {
  const { stopped: _, ...told } = REPORT
  expect(reconcileJson(REPORT)).toEqual(told)
})

it('gives the differences as CSV', () => {
  expect(reconcileCsv(REPORT).replace('\uFEFF', '').split('\r\n')).toEqual([
    'order_id,payment_id,cause,mirror_status,mirror_amount,paygent_status,paygent_amount,code,booked',
    '862,1000862,late-arrival,20,1733,40,1733,,true',
    '870,1000870,no-payment,20,1733,,,13001,false',
    '871,,moved,,,40,1733,,false',
    '',
  ])
})
