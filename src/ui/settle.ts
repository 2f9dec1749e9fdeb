// Shows the payments that `paygent settle` asks about, its question, and its result.
import type { PaymentFact } from '../domain/order.js'
import { makesNewPayment } from '../domain/outcome.js'
import type { PaymentRecord } from '../domain/run.js'
import type { Considered, HandRefusal, HandVerdict, SettleRequest } from '../jobs/settle.js'
import { fitText, safe } from '../text/width.js'
import { environmentLine } from './plan.js'
import { RECONCILE_TEXTS, sideText } from './reconcile.js'
import { type Lang, type Screen, bothLanguages } from './screen.js'
import { KEEP, drawTable } from './table.js'
import { answerWords, resultWord, word } from './words.js'

/** @param corrects the request that waits may have made a new payment */
type RefusalText = (orderId: string, corrects: boolean) => string

const JA = {
  payments: (orderId: string) => `受注番号：${orderId} の決済（いまのペイジェントの回答）`,
  standing: { sold: '売上済み', cancelled: '取消済み', open: 'オーソリのまま' } as Record<HandVerdict, string>,
  request: (telegram: string, outcome: string) => `送信した要求（${telegram}）の結果：${outcome}`,
  several:
    '同じ取引IDの決済が複数あります（13002）。登録の前に、上の表にない有効な決済がないことをペイジェントオンラインで確認してください。',
  questionAs: (orderId: string, verdict: string) =>
    `受注番号：${orderId} を「${verdict}」として手動登録します。よろしいですか？`,
  questionPayment: (orderId: string, paymentId: string) =>
    `決済ID：${paymentId} を受注番号：${orderId} の補正後の決済として登録します。よろしいですか？`,
  questionName: (orderId: string, paymentId: string) =>
    `決済ID：${paymentId} を受注番号：${orderId} の決済として登録します。よろしいですか？`,
  named: (orderId: string, paymentId: string) =>
    `決済ID：${paymentId} を受注番号：${orderId} の決済として登録しました。`,
  settledAs: (orderId: string, verdict: string) => `受注番号：${orderId} を「${verdict}」として手動登録しました。`,
  settledPayment: (orderId: string, paymentId: string) =>
    `受注番号：${orderId} を手動登録しました（補正後の決済ID：${paymentId}）。`,
  waits: (orderId: string, paymentId: string) =>
    `決済ID：${paymentId} を登録しました。二重請求のおそれがあるため、要対応のままです。対処：ペイジェントオンラインで元の決済を取り消してから、paygent reconcile --orders ${orderId} を実行してください。`,
  notSettled: (orderId: string) => `受注番号：${orderId} は手動登録していません。`,
  refusals: {
    'nothing-waits': (orderId) =>
      `結果不明・要対応・不一致ではありません。状況は paygent show ${orderId} で表示します。`,
    'ask-first': (orderId) => `対処：先に paygent reconcile --orders ${orderId} を実行してください。`,
    'too-early': (orderId) =>
      `要求がこれから届くおそれがあります。対処：数分後に paygent reconcile --orders ${orderId} を実行し、それでも残る場合に手動登録してください。`,
    'no-correction': () =>
      '決済IDだけで登録できるのは、新しい決済を作る補正売上だけです。対処：--as と --note を付けて実行してください。',
    'does-not-fit': () =>
      'ペイジェントの決済は、取引ID・金額・支払方法・状態がこの受注と合いません。対処：ペイジェントオンラインで決済IDと支払方法を調べてください。EC-CUBE の支払方法が違うときは、修正して取り込んでください。',
    'two-alive': (orderId) =>
      `有効な決済が2つあります（二重請求のおそれ）。対処：ペイジェントオンラインでどちらかを取り消してから、paygent reconcile --orders ${orderId} を実行してください。`,
    'another-unknown': (_, corrects) =>
      corrects
        ? '補正で新しい決済ができたおそれがあります。対処：ペイジェントオンラインで決済IDを調べ、--payment-id で指定してください。新しい決済がなければ、補正と同じ金額への売上変更をペイジェントオンラインで行い、その決済IDを指定してください。'
        : '同じ取引IDに、別の決済があります。対処：ペイジェントオンラインで決済IDを調べ、--payment-id で指定してください。',
    contradicted: () => 'ペイジェントの回答と合いません。対処：上の表に合うものを --as で指定してください。',
    changed: () => '質問の間に状況が変わりました。対処：表を見直して、もう一度実行してください。',
  } as Record<HandRefusal, RefusalText>,
}

const EN: typeof JA = {
  payments: (orderId) => `The payments of order ${orderId}, by Paygent's answer now`,
  standing: { sold: 'sold', cancelled: 'cancelled', open: 'still authorised' },
  request: (telegram, outcome) => `The request that was sent (${telegram}) comes to: ${outcome}`,
  several:
    'Paygent has several payments under the trading id (13002). Before you answer, make sure in Paygent Online that no payment is alive that the table above does not show.',
  questionAs: (orderId, verdict) => `Enter order ${orderId} as ${verdict}?`,
  questionPayment: (orderId, paymentId) => `Enter payment ${paymentId} as the corrected payment of order ${orderId}?`,
  questionName: (orderId, paymentId) => `Enter payment ${paymentId} as the payment of order ${orderId}?`,
  named: (orderId, paymentId) => `Payment ${paymentId} is entered as the payment of order ${orderId}.`,
  settledAs: (orderId, verdict) => `Order ${orderId} is entered as ${verdict}.`,
  settledPayment: (orderId, paymentId) => `Order ${orderId} is entered; the correction made payment ${paymentId}.`,
  waits: (orderId, paymentId) =>
    `Payment ${paymentId} is entered; action is still needed. The customer may be charged twice: cancel the old payment in Paygent Online, then run "paygent reconcile --orders ${orderId}".`,
  notSettled: (orderId) => `Order ${orderId} is not entered.`,
  refusals: {
    'nothing-waits': (orderId) =>
      `It is neither unknown nor in mismatch and needs no action; see "paygent show ${orderId}".`,
    'ask-first': (orderId) => `First ask Paygent: "paygent reconcile --orders ${orderId}".`,
    'too-early': (orderId) =>
      `Its request may still arrive. In a few minutes run "paygent reconcile --orders ${orderId}", and enter what is left.`,
    'no-correction': () =>
      'A payment id alone is enough only for a correction that makes a new payment. Add --as and --note.',
    'does-not-fit': () =>
      'The payment does not fit the order in trading id, amount, method or status. Look up its id and method in Paygent Online. If the method in EC-CUBE is wrong, correct and import it.',
    'two-alive': (orderId) =>
      `Two payments are alive: the customer may be charged twice. Cancel one in Paygent Online, then run "paygent reconcile --orders ${orderId}".`,
    'another-unknown': (_, corrects) =>
      corrects
        ? 'The correction may have made a payment. Look its id up in Paygent Online and name it with --payment-id. If there is none, change the sale there to the amount of the correction, and name the new payment.'
        : 'Paygent has another payment under the trading id. Look its id up in Paygent Online and name it with --payment-id.',
    contradicted: () => 'Paygent says otherwise. Give with --as what fits the table above.',
    changed: () => 'Something has changed meanwhile. Look at the table again and repeat the command.',
  },
}

const TEXTS = bothLanguages(JA, EN)

export interface SettleView extends Considered {
  readonly request: SettleRequest
  readonly environment: string
  /** The payments as the mirror held them before. */
  readonly payments: readonly PaymentRecord[]
}

interface Row {
  readonly paymentId: string | null
  readonly mirror: { readonly status: string | null; readonly amountYen: number | null } | null
  readonly paygent: { readonly status: string; readonly amountYen: number } | null
  readonly code: string | null
}

/** Each payment that the mirror or Paygent knows, with both sides. */
function rowsOf({ payments, unclear }: SettleView): Row[] {
  const sideOf = (paymentId: string | null): Row['mirror'] => {
    const known = payments.find((payment) => payment.paymentId === paymentId)
    return known === undefined ? null : { status: known.status, amountYen: known.heldAmountYen }
  }
  const fromPaygent = unclear.facts.map((fact: PaymentFact) => {
    const { paymentId, status, amountYen } = fact
    return { paymentId, mirror: sideOf(paymentId), paygent: { status, amountYen }, code: null }
  })
  return [
    ...fromPaygent,
    ...unclear.codes.map(({ paymentId, code }) => ({ paymentId, mirror: sideOf(paymentId), paygent: null, code })),
  ]
}

/** Environment and payments, which the operator must see before the question. */
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
  const title = fitText(`■ ${TEXTS[lang].payments(safe(view.request.orderId))}`, screen)
  const lines = [environmentLine(view.environment, screen), title, table]
  const { decision, unclear } = view
  if (decision.type === 'taken' && decision.outcome !== null && unclear.attempt !== null) {
    const outcome = resultWord({ outcome: decision.outcome, request: null, reason: null }, lang)
    lines.push(fitText(TEXTS[lang].request(unclear.attempt.telegram, outcome), screen))
  }
  if (decision.type === 'taken' && unclear.several) lines.push(fitText(TEXTS[lang].several, screen))
  return lines.join('\n')
}

export function settleQuestion({ request, unclear }: SettleView, lang: Lang) {
  const { orderId, as, paymentId } = request
  const texts = TEXTS[lang]
  const ids = [safe(orderId), safe(paymentId ?? '')] as const
  const ofPayment = unclear.attempt === null ? texts.questionName(...ids) : texts.questionPayment(...ids)
  const message = as === null ? ofPayment : texts.questionAs(safe(orderId), texts.standing[as])
  return { message, ...answerWords(lang) }
}

/** Whether the request that waits may have made a new payment. */
const corrects = ({ attempt }: SettleView['unclear']): boolean =>
  attempt !== null && makesNewPayment(attempt.telegram, attempt.carrier)

/** The result with the next step. */
export function settleOutcome({ request, decision, unclear }: SettleView, screen: Screen): string {
  const texts = TEXTS[screen.lang]
  const orderId = safe(request.orderId)
  const paymentId = safe(request.paymentId ?? '')
  if (decision.type === 'refused')
    return fitText(`${texts.notSettled(orderId)}\n${texts.refusals[decision.why](orderId, corrects(unclear))}`, screen)
  if (decision.waits) return fitText(texts.waits(orderId, paymentId), screen)
  const { as } = request
  const ofPayment = unclear.attempt === null ? texts.named : texts.settledPayment
  return fitText(as === null ? ofPayment(orderId, paymentId) : texts.settledAs(orderId, texts.standing[as]), screen)
}

/** `settle --format json`. */
export function settleJson(view: SettleView, lang: Lang) {
  const { request, decision, unclear } = view
  const { orderId, as, paymentId } = request
  const refused = decision.type === 'refused'
  return {
    orderId,
    settled: !refused && !decision.waits,
    as,
    paymentId,
    outcome: refused ? null : decision.outcome,
    reason: refused ? decision.why : null,
    several: unclear.several,
    reasonText: refused ? TEXTS[lang].refusals[decision.why](orderId, corrects(unclear)) : null,
    payments: rowsOf(view),
  }
}
