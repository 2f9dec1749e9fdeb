// Tests an error text of the shop on a changed payment: nothing is sent until Paygent, or a person, has confirmed the
// state.
import { consider, settleByHand } from '../../src/jobs/settle.js'
import { cardOrder, outcomes } from './bench.js'
import { obey, refuse } from './paygent.js'
import { depsOf, reconcileOn, SETTLE_MS, standing } from './reconciling.js'
import { type Desk, deskWith, fates, pulling, pushing } from './scripted-shop.js'
import { describe, expect, it } from 'vitest'

const TEXT = 'エラー詳細 : 二重請求エラーコード2012'
const CARD_TEXT = `${TEXT} 4111111111111111`

/** Sold in the shop by a correction that left an error; `another` is a payment that the shop knows nothing of. */
async function corrected(another: string | null = null): Promise<Desk> {
  const made = await deskWith(cardOrder('1', { kind: '029', status: '40' }))
  made.shop.change('1', { errorText: TEXT })
  if (another !== null) made.b.gateway.hold({ paymentId: '92', tradingId: 't1', status: another, method: 'credit' })
  await pulling(made)
  return made
}

describe('a changed payment with an error in the shop', () => {
  it('gets no request until reconcile has found one payment alive, and is kept for that text no more', async () => {
    const made = await corrected()
    const { b } = made
    expect(standing(b)).toBe('91 40 attention shop-error')
    expect((await b.plan('cancel', ['1'])).refused).toMatchObject([{ reason: 'attention' }])
    await reconcileOn(b)
    expect(standing(b)).toBe('91 40')
    await pulling(made)
    expect(standing(b)).toBe('91 40')
    expect(outcomes(await b.batch('cancel', ['1']))).toBe('1 accepted')
    expect(fates(await pushing(made))).toEqual(['1 written'])
    // The error that the text was about is over: the module would have wiped it as well.
    expect(made.shop.rows.get('1')?.errorText).toBe('')
  })

  it('is held once more by the same words where the shop had no error between', async () => {
    const made = await corrected()
    await reconcileOn(made.b)
    made.shop.change('1', { errorText: '' })
    await pulling(made)
    expect(standing(made.b)).toBe('91 40')
    made.shop.change('1', { errorText: TEXT })
    await pulling(made)
    expect(standing(made.b)).toBe('91 40 attention shop-error')
  })

  it.each([
    ['is alive, too', '40'],
    ['is dead', '60'],
  ])('stays where Paygent has another payment that nobody knows, and that %s', async (_name, status) => {
    const { b } = await corrected(status)
    await reconcileOn(b)
    expect(standing(b)).toBe('91 40 attention shop-error')
  })

  it('stays where none is alive', async () => {
    const made = await corrected()
    made.b.gateway.hold({ paymentId: '91', tradingId: 't1', status: '60', method: 'credit' })
    await reconcileOn(made.b)
    expect(standing(made.b)).toContain('attention shop-error')
  })

  it('is free by a person’s word', async () => {
    const { b } = await corrected('60')
    const wish = { orderId: '1', paymentId: '92', as: null, note: 'looked', settleMs: SETTLE_MS }
    const deps = depsOf(b)
    const sold = { ...wish, paymentId: null, as: 'sold' } as const
    expect((await consider(sold, deps, b.stop.signal)).decision).toMatchObject({ why: 'another-unknown' })
    b.gateway.payments.delete('92')
    const asked = await consider(sold, deps, b.stop.signal)
    expect((await settleByHand(sold, asked, deps, b.stop.signal)).decision.type).toBe('taken')
    expect(standing(b)).toBe('91 40')
  })
})

describe('the error text of a purged order', () => {
  const purge = ({ b }: Desk): void => {
    b.mirror.lock.acquire('purge')
    b.mirror.journal.purge('2099-01-01', b.clock.nowMs())
    b.mirror.lock.release()
  }
  const kept = ({ b }: Desk) =>
    b
      .rows('SELECT * FROM shop_rows')
      .map((row) => JSON.stringify(row))
      .join('\n')

  it('goes with the name, comes back by no pull, and keeps the order for a person no second time', async () => {
    const made = await corrected()
    await reconcileOn(made.b)
    expect(kept(made)).toContain('二重請求')
    purge(made)
    expect(kept(made)).not.toContain('二重請求')
    await pulling(made)
    expect([standing(made.b), made.b.order('1').shopError]).toEqual(['91 40', null])
    expect(kept(made)).not.toContain('二重請求')
  })

  it('that is another one keeps the order for a person once, without being kept itself', async () => {
    const made = await corrected()
    await reconcileOn(made.b)
    purge(made)
    made.shop.change('1', { errorText: `${TEXT} 二度目` })
    await pulling(made)
    expect(standing(made.b)).toBe('91 40 attention shop-error')
    expect(kept(made)).not.toContain('二度目')
    await reconcileOn(made.b)
    await pulling(made)
    expect(standing(made.b)).toBe('91 40')
  })

  it.each([
    ['purged after the pull', false, TEXT, ''],
    ['purged and pulled again', true, TEXT, ''],
    ['purged and newer in the shop', false, `${TEXT} 二度目`, `${TEXT} 二度目`],
  ])('%s: an accepted request wipes the text that was read, and no newer one', async (_name, isPulled, then, left) => {
    const made = await corrected()
    await reconcileOn(made.b)
    purge(made)
    if (isPulled) await pulling(made)
    expect(made.b.mirror.shopRows.errors()).toBe(0)
    expect(outcomes(await made.b.batch('cancel', ['1']))).toBe('1 accepted')
    made.shop.change('1', { errorText: then })
    expect(fates(await pushing(made))).toEqual(['1 written'])
    expect(made.shop.rows.get('1')?.errorText).toBe(left)
  })

  it('that this tool writes after the purge is not kept either, and is wiped by the next accepted request', async () => {
    const made = await deskWith(cardOrder('1'))
    purge(made)
    made.b.gateway.scripts = [refuse('2001', 'rejected'), obey]
    await made.b.batch('sale', ['1'])
    await pushing(made)
    expect(made.shop.rows.get('1')?.errorText).toContain('2001')
    expect(kept(made)).not.toContain('2001')
    await made.b.batch('sale', ['1'])
    await pushing(made)
    expect(made.shop.rows.get('1')?.errorText).toBe('')
  })
})

describe('an error text that push meets', () => {
  it.each([
    ['as the last pull read it is wiped', TEXT, ''],
    ['that is newer stays', `${TEXT}, and more`, `${TEXT}, and more`],
    ['with a card number, which the mirror masks, is wiped', CARD_TEXT, ''],
  ])('%s', async (_name, then, left) => {
    const made = await deskWith(cardOrder('1'))
    made.shop.change('1', { errorText: then === CARD_TEXT ? then : TEXT })
    await pulling(made)
    await made.b.batch('sale', ['1'])
    made.shop.change('1', { errorText: then })
    expect(fates(await pushing(made))).toEqual(['1 written'])
    expect(made.shop.rows.get('1')).toMatchObject({ kind: '022', errorText: left })
  })

  it.each([
    ['', true],
    [' in ASCII', false],
  ])('of our own%s is wiped by the next accepted request, without a pull in between', async (_name, takesJapanese) => {
    const made = await deskWith(cardOrder('1'))
    made.shop.takesJapanese = takesJapanese
    made.b.gateway.scripts = [refuse('2001', 'rejected'), obey]
    await made.b.batch('sale', ['1'])
    await pushing(made)
    expect(made.shop.rows.get('1')?.errorText).toContain('2001')
    await made.b.batch('sale', ['1'])
    await pushing(made)
    expect(made.shop.rows.get('1')?.errorText).toBe('')
  })

  it('does not hide that the row says what was accepted', async () => {
    const made = await deskWith(cardOrder('1'))
    await made.b.batch('sale', ['1'])
    made.shop.change('1', { kind: '022', errorText: TEXT })
    expect(fates(await pushing(made))).toEqual(['1 already'])
  })
})
