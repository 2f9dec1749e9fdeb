// Holds the sentences of a refund: why none is sent, and the command that sends it.
import type { Operation, RequestName } from '../domain/order.js'
import type { Reason } from '../domain/outcome.js'
import { type Lang, bothLanguages } from './screen.js'
import type { CompletionWords, StatusGroup } from './status-names.js'

/** The facts that the sentences mention; every text from outside has been made harmless. */
interface RefundFacts {
  readonly orderId: string
  readonly method: string
  readonly command: string
  readonly held: string | null
  readonly about: string | null
  readonly status: string | null
  readonly group: StatusGroup
  readonly completes: CompletionWords | null
}

/** The status behind a sentence, in brackets; '' where none is known. */
const atJa = ({ status }: RefundFacts): string => (status === null ? '' : `（${status}）`)
const atEn = ({ status }: RefundFacts): string => (status === null ? '' : ` (${status})`)

type RefundReasons = Partial<Record<Reason, (facts: RefundFacts) => string>>

const JA = {
  amount: '‹円›',
  reasons: {
    status: (facts) => {
      if (facts.group === 'authorised')
        return `まだ売上済みではないため、返金するものはありません${atJa(facts)}。対処：金額を下げて売上処理するには paygent amend ${facts.orderId} --total ‹円› のあと paygent sale ${facts.orderId} を実行してください。`
      if (facts.group !== 'sold')
        return `この状態${atJa(facts)}では一部返金できません。対処：paygent show ${facts.orderId} で状態を確認してください。`
      return facts.completes === null
        ? `${facts.method} は売上後のこの状態${atJa(facts)}から一部返金できません。対処：ペイジェントオンラインで返金し、終わったら paygent sync を実行してください。`
        : `消込完了（${facts.completes.from}）になると一部返金できます。対処：${facts.completes.after} paygent sync のあとに ${facts.command} を実行してください。`
    },
    higher: ({ held, orderId, command }) =>
      `一部返金のあとの金額は、売上の金額${held === null ? '' : `（${held}）`}より低くしてください。対処：${command} で金額を指定するか、全額を返金する場合は paygent cancel ${orderId} を実行してください。`,
    'correction-in-bulk': ({ command }) =>
      `一部返金は一括処理の対象外です。対処：${command} で1件ずつ処理してください。`,
    'correction-impossible': ({ about }) =>
      `この決済の一部返金はペイジェントで承認されませんでした${about === null ? '' : `（${about}）`}。対処：ペイジェントオンラインで返金し、終わったら paygent sync を実行してください。`,
  } as RefundReasons,
}

const EN: typeof JA = {
  amount: '‹yen›',
  reasons: {
    status: (facts) => {
      if (facts.group === 'authorised')
        return `It is not captured yet${atEn(facts)}, so there is nothing to refund. Next: to capture less, run "paygent amend ${facts.orderId} --total ‹yen›", then "paygent sale ${facts.orderId}".`
      if (facts.group !== 'sold')
        return `A part cannot be refunded in this state${atEn(facts)}. Next: look at "paygent show ${facts.orderId}".`
      return facts.completes === null
        ? `A part of a sale by ${facts.method} cannot be refunded in this state${atEn(facts)}. Next: refund it in Paygent Online, then run "paygent sync".`
        : `A part of it can be refunded once it is completed (${facts.completes.from}). Next: ${facts.completes.after} run "paygent sync", then "${facts.command}".`
    },
    higher: ({ held, orderId, command }) =>
      `The amount after the refund has to be lower than the captured amount${held === null ? '' : ` (${held})`}. Next: run "${command}" with a lower amount, or refund all of it with "paygent cancel ${orderId}".`,
    'correction-in-bulk': ({ command }) => `Parts are not refunded in bulk. Next: run "${command}" for each order.`,
    'correction-impossible': ({ about }) =>
      `Paygent declined to refund a part of this payment${about === null ? '' : ` (${about})`}. Next: refund it in Paygent Online, then run "paygent sync".`,
  },
}

const TEXTS = bothLanguages(JA, EN)

/** A refund's own sentence; undefined where that of every sale will do. */
export const refundReason = (reason: Reason, lang: Lang): ((facts: RefundFacts) => string) | undefined =>
  TEXTS[lang].reasons[reason]

/** The request that a command sends. */
export interface Commanded {
  readonly orderId: string
  readonly operation: Operation
  readonly request?: RequestName | null
}

/** `paygent sale 852`; a refund's amount is the person's to say. */
export const commandOf = ({ orderId, operation, request = null }: Commanded, lang: Lang): string =>
  request === 'refund' ? `paygent refund ${orderId} --to ${TEXTS[lang].amount}` : `paygent ${operation} ${orderId}`
