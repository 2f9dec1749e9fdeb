// Tests cases outside the grid of cells: unknown amounts, totals of zero, requests that Paygent refused before.
import { describe, expect, it } from 'vitest'
import type { Order } from '../../src/domain/order.js'
import { permit } from '../../src/domain/permit.js'
import { mark, PAYERS, type Column, type Payer } from './expected-permit.js'
import { STATUSES } from './expected-status.js'
import { order, rules, short } from './order-fixture.js'

const paidBy = (payer: Payer, more: Partial<Order> = {}): Order =>
  order({ method: payer === 'credit' ? 'credit' : 'carrier', carrier: payer === 'credit' ? null : payer, ...more })

const sale = (subject: Order, single = false): string => short(permit(subject, 'sale', rules({ single })))
const cancel = (subject: Order, single = false): string => short(permit(subject, 'cancel', rules({ single })))

describe('the held amount is what Paygent said, or it is asked for', () => {
  it.each(PAYERS)('%s: wherever a sale could go out, and only there', (payer) => {
    for (const status of STATUSES.filter((each) => each !== 'none')) {
      for (const single of [false, true]) {
        const word: 'bulk' | 'single' = single ? 'single' : 'bulk'
        const columns: Column[] = [`${word}=`, `${word}<`, `${word}>`]
        const marks = columns.map((column) => mark('manual', payer, status, column))
        const hangsOnAmount = marks.some((each) => 'SCbnh'.includes(each))
        const asked = sale(paidBy(payer, { status, heldAmountYen: null }), single) === 'ask held-amount'
        expect({ status, single, asked }).toEqual({ status, single, asked: hangsOnAmount })
      }
    }
  })

  it.each(PAYERS)('%s: wherever a cancel could go out, and only there', (payer) => {
    for (const status of STATUSES.filter((each) => each !== 'none')) {
      const letter = mark('manual', payer, status, 'cancel-single')
      const asked = cancel(paidBy(payer, { status, heldAmountYen: null }), true) === 'ask held-amount'
      expect({ status, asked }).toEqual({ status, asked: 'ARX'.includes(letter) })
    }
  })

  it("the shop's amount does not stand in for it", () => {
    expect(sale(order({ heldAmountYen: null, listedAmountYen: 1000 }))).toBe('ask held-amount')
  })

  it('names the request that it will be unless Paygent says otherwise', () => {
    expect(permit(order({ heldAmountYen: null }), 'sale', rules())).toEqual({
      verdict: 'ask',
      request: 'sale',
      missing: 'held-amount',
    })
    const cancelled = permit(order({ heldAmountYen: null, status: '40' }), 'cancel', rules())
    expect(cancelled).toEqual({ verdict: 'ask', request: 'sale-cancel', missing: 'held-amount' })
  })

  it('a cancel releases the held amount whatever the total says', () => {
    for (const totalYen of [0, 1, 1000, 5000]) expect(cancel(order({ totalYen }))).toBe('auth-cancel 021 1000')
  })
})

describe('a total of nothing is refused: cancel instead', () => {
  it.each(PAYERS)('%s', (payer) => {
    for (const heldAmountYen of [null, 1000, 1, 0]) {
      for (const single of [false, true]) {
        expect(sale(paidBy(payer, { totalYen: 0, heldAmountYen }), single)).toBe('correction-not-permitted')
      }
    }
  })

  it('also for a sale that docomo has completed, and for one that broke off', () => {
    expect(sale(paidBy('docomo', { status: '44', totalYen: 0 }), true)).toBe('correction-not-permitted')
    expect(sale(paidBy('credit', { status: '30', totalYen: 0 }), true)).toBe('correction-not-permitted')
  })

  it.each(PAYERS)('%s: less than nothing is no amount either (103 takes 1 to held - 1)', (payer) => {
    expect(sale(paidBy(payer, { totalYen: -1 }))).toBe('correction-not-permitted')
  })
})

describe('a correction', () => {
  it('goes down to one yen and up to one below what is held', () => {
    expect(sale(order({ totalYen: 1 }))).toBe('corrected-sale 029 1')
    expect(sale(order({ totalYen: 999 }))).toBe('corrected-sale 029 999')
    expect(sale(order({ totalYen: 1001 }))).toBe('higher')
  })

  it('of a completed docomo sale is for the single sale', () => {
    const completed = paidBy('docomo', { status: '44', kind: '101', totalYen: 700 })
    expect(sale(completed)).toBe('correction-in-bulk')
    expect(sale(completed, true)).toBe('corrected-sale 103 700')
  })

  it('of a docomo sale that is not completed yet is refused by its status', () => {
    expect(sale(paidBy('docomo', { status: '40', kind: '101', totalYen: 700 }), true)).toBe('status')
  })

  it('may be repeated by docomo, not by au', () => {
    const again = { status: '20', statusOrigin: 'paygent', kind: '103', totalYen: 700 } as const
    expect(sale(paidBy('docomo', again))).toBe('corrected-sale 103 700')
    expect(sale(paidBy('au', again))).toBe('correction-not-permitted')
  })

  it('that Paygent called impossible is not tried again: 2014 and P029 whatever the amount', () => {
    for (const code of ['2014', 'P029']) {
      expect(sale(order({ totalYen: 700, correctionRefused: { code, totalYen: 700 } }))).toBe('correction-impossible')
      expect(sale(order({ totalYen: 600, correctionRefused: { code, totalYen: 700 } }))).toBe('correction-impossible')
    }
  })

  it('2013 blames the amount: another one may be tried', () => {
    const correctionRefused = { code: '2013', totalYen: 700 }
    expect(sale(order({ totalYen: 700, correctionRefused }))).toBe('correction-impossible')
    expect(sale(order({ totalYen: 600, correctionRefused }))).toBe('corrected-sale 029 600')
  })

  it('refused before does not stop a sale in full, nor a cancel', () => {
    const refused = order({ correctionRefused: { code: '2014', totalYen: 700 } })
    expect(sale(refused)).toBe('sale 022 1000')
    expect(cancel(refused)).toBe('auth-cancel 021 1000')
  })
})

describe('what Paygent must be asked first', () => {
  it('the carrier that nobody has told', () => {
    expect(sale(order({ method: 'carrier', carrier: null }))).toBe('ask carrier')
    expect(cancel(order({ method: 'carrier', carrier: null }))).toBe('ask carrier')
  })

  it('the payment, where only the trading id is known', () => {
    expect(sale(order({ paymentId: null }))).toBe('ask payment')
    expect(cancel(order({ paymentId: null }))).toBe('ask payment')
  })

  it('nothing without any id: there is no payment', () => {
    expect(sale(order({ paymentId: null, tradingId: '' }))).toBe('no-payment')
    expect(cancel(order({ paymentId: null, tradingId: '' }))).toBe('no-payment')
  })

  it('a status learnt for another payment of the order', () => {
    for (const kind of ['029', '103'] as const) {
      const corrected = { kind, status: '32', statusPaymentId: '11111111' } as const
      expect(sale(paidBy(kind === '103' ? 'docomo' : 'credit', corrected))).toBe('ask status')
      expect(cancel(paidBy(kind === '103' ? 'docomo' : 'credit', corrected))).toBe('ask status')
    }
    expect(cancel(paidBy('docomo', { kind: '103', status: '44', statusPaymentId: '12345678' }))).toBe('cancel 102 1000')
  })

  it('a change under way in the shop comes before any question', () => {
    for (const kind of ['0201', '0291'] as const) {
      expect(sale(order({ kind, method: 'carrier', carrier: null, paymentId: null, status: null }))).toBe(
        'change-in-shop',
      )
    }
  })
})

describe('already as asked', () => {
  it('only by an accepted attempt of ours', () => {
    expect(sale(order({ kind: '022', kindByUs: true }))).toBe('already')
    expect(sale(order({ kind: '022', kindByUs: false }))).toBe('status')
    expect(cancel(order({ kind: '021', kindByUs: true }))).toBe('already')
    expect(cancel(order({ kind: '021', kindByUs: false }))).toBe('status')
  })

  it('not when the total has changed since, and not the other way round', () => {
    expect(sale(order({ kind: '022', kindByUs: true, totalYen: 700 }))).toBe('status')
    expect(sale(order({ kind: '021', kindByUs: true }))).toBe('status')
    expect(cancel(paidBy('docomo', { kind: '101', kindByUs: true, status: '40' }))).toBe('status')
  })

  it('not when Paygent has said since that it stands otherwise', () => {
    const reopened = { kind: '022', kindByUs: true, statusOrigin: 'paygent' } as const
    expect(sale(order({ ...reopened, status: '20' }))).toBe('sale 022 1000')
    expect(sale(order({ ...reopened, status: '60' }))).toBe('status')
  })
})

describe('the method decides which telegrams go out', () => {
  it('a card order never gets a carrier telegram, even with a carrier in its row', () => {
    expect(sale(order({ method: 'credit', carrier: 'docomo' }))).toBe('sale 022 1000')
    expect(cancel(order({ method: 'credit', carrier: 'docomo' }))).toBe('auth-cancel 021 1000')
  })
})
