// What `paygent settle` shows before it asks, and what came of it. Pages 3.1 and 5.2.
import type { PaymentFact } from '../domain/order.js'
import type { PaymentRecord } from '../domain/run.js'
import type { Considered } from '../jobs/settle/settle.js'
import type { SettleWish } from '../jobs/settle/wish.js'
import { resultWord, word } from './messages/texts.js'
import { environmentLine } from './plan.js'
import { RECONCILE_TEXTS } from './reconcile-texts.js'
import { sideText } from './reconcile.js'
import type { Lang, Screen } from './screen.js'
import { SETTLE_TEXTS } from './settle-texts.js'
import { drawTable, KEEP } from './table.js'
import { fitText, safe } from './width.js'

export interface SettleView extends Considered {
  readonly wish: SettleWish
  readonly environment: string
  /** As the mirror had them before. */
  readonly payments: readonly PaymentRecord[]
}

interface Row {
  readonly paymentId: string | null
  readonly mirror: { readonly status: string | null; readonly amountYen: number | null } | null
  readonly paygent: { readonly status: string; readonly amountYen: number } | null
  readonly code: string | null
}

/** Each payment that the mirror or Paygent knows, with both sides. */
function rowsOf({ payments, look }: SettleView): Row[] {
  const sideOf = (paymentId: string | null): Row['mirror'] => {
    const known = payments.find((payment) => payment.paymentId === paymentId)
    return known === undefined ? null : { status: known.status, amountYen: known.heldAmountYen }
  }
  const told = look.facts.map((fact: PaymentFact) => {
    const { paymentId, status, amountYen } = fact
    return { paymentId, mirror: sideOf(paymentId), paygent: { status, amountYen }, code: null }
  })
  return [
    ...told,
    ...look.codes.map(({ paymentId, code }) => ({ paymentId, mirror: sideOf(paymentId), paygent: null, code })),
  ]
}

/** Environment and payments: what whoever decides has to see first. */
export function settlePayments(view: SettleView, screen: Screen): string {
  const { lang } = screen
  const texts = RECONCILE_TEXTS[lang]
  const table = drawTable(
    {
      columns: [
        { header: texts.paymentId, shrink: 'wrap', min: 8, priority: KEEP },
        { header: texts.mirror, shrink: 'wrap', min: 8, priority: KEEP },
        { header: texts.paygent, shrink: 'wrap', min: 8, priority: KEEP },
      ],
      rows: rowsOf(view).map(({ paymentId, mirror, paygent, code }) => [
        paymentId ?? word('none', lang),
        sideText(mirror, lang),
        paygent === null ? (code ?? word('none', lang)) : sideText(paygent, lang),
      ]),
    },
    screen,
  )
  const title = fitText(`■ ${SETTLE_TEXTS[lang].payments(safe(view.wish.orderId))}`, screen)
  const lines = [environmentLine(view.environment, screen), title, table]
  const { decision, look } = view
  if (decision.type === 'taken' && decision.outcome !== null && look.attempt !== null) {
    const outcome = resultWord({ outcome: decision.outcome, request: null, reason: null }, lang)
    lines.push(fitText(SETTLE_TEXTS[lang].request(look.attempt.telegram, outcome), screen))
  }
  return lines.join('\n')
}

export function settleQuestion({ wish, look }: SettleView, lang: Lang) {
  const { orderId, as, paymentId } = wish
  const texts = SETTLE_TEXTS[lang]
  const ids = [safe(orderId), safe(paymentId ?? '')] as const
  const ofPayment = look.attempt === null ? texts.questionName(...ids) : texts.questionPayment(...ids)
  const message = as === null ? ofPayment : texts.questionAs(safe(orderId), texts.standing[as])
  return { message, yes: word('yes', lang), no: word('no', lang) }
}

/** What came of it, with what to do now. */
export function settleOutcome({ wish, decision, look }: SettleView, screen: Screen): string {
  const texts = SETTLE_TEXTS[screen.lang]
  const orderId = safe(wish.orderId)
  const paymentId = safe(wish.paymentId ?? '')
  if (decision.type === 'refused')
    return fitText(`${texts.notSettled(orderId)}\n${texts.refusals[decision.why](orderId)}`, screen)
  if (decision.waits) return fitText(texts.waits(orderId, paymentId), screen)
  const { as } = wish
  const ofPayment = look.attempt === null ? texts.named : texts.settledPayment
  return fitText(as === null ? ofPayment(orderId, paymentId) : texts.settledAs(orderId, texts.standing[as]), screen)
}

/** `settle --format json`. */
export function settleJson(view: SettleView, lang: Lang) {
  const { wish, decision } = view
  const { orderId, as, paymentId } = wish
  const refused = decision.type === 'refused'
  return {
    orderId,
    settled: !refused && !decision.waits,
    as,
    paymentId,
    outcome: refused ? null : decision.outcome,
    reason: refused ? decision.why : null,
    reasonText: refused ? SETTLE_TEXTS[lang].refusals[decision.why](orderId) : null,
    payments: rowsOf(view),
  }
}
