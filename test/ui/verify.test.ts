import { describe, expect, test } from 'vitest'
import { verifyText, type VerifyView } from '../../src/ui/verify.js'

const JA = { lang: 'ja', width: null, colour: false, ascii: false } as const
const EN = { ...JA, lang: 'en' } as const
const unchecked = { ordersWithoutRequest: 0, ordersOfOldEntries: 0, payments: 0, plans: 0, headOutside: false }
const row = { what: 'attempt', runId: 7, attemptId: 12, orderId: '852', field: 'state' } as const

describe('a sound trail', () => {
  test('says what was not checked, and no count of nothing', () => {
    expect(verifyText({ ok: true, entries: 1234, unchecked }, JA)).toBe(
      [
        '監査ログに異常はありません（1,234件）。',
        '処理、送信履歴、受注の処理内容と決済IDは監査ログと一致しています。',
        '監査ログに記録がなく、検査していないもの：',
        '・顧客名、注文日時、対応状況、通知、結果反映の履歴',
      ].join('\n'),
    )
  })

  test('counts what no entry tells', () => {
    const all = { ordersWithoutRequest: 1, ordersOfOldEntries: 2, payments: 3000, plans: 4, headOutside: true }
    const lines = verifyText({ ok: true, entries: 0, unchecked: all }, EN).split('\n')
    expect(lines.slice(3)).toEqual([
      '- orders without a request: 1',
      '- some of kind, payment id, total and "action needed" of orders of an earlier version: 2',
      '- payment status and amount told by inquiries or EC-CUBE: 3,000',
      '- lines of plans of an earlier version that were not sent: 4 runs',
      '- the usage record of this machine: there is none',
      '- names, order times, order status, notices, history of push',
    ])
  })
})

describe('a trail that is not sound', () => {
  const broken = (changes: Partial<Extract<VerifyView, { ok: false }>>): VerifyView => ({
    ok: false,
    seq: 9,
    problem: 'contradicted',
    contradictions: [],
    ...changes,
  })

  test.each(['changed', 'swapped', 'missing'] as const)('an entry that is %s is named', (problem) => {
    expect(verifyText(broken({ problem }), JA)).toContain('監査ログが壊れています：9 番目の記録')
  })

  test('an older mirror is sent to the audit', () => {
    expect(verifyText(broken({ problem: 'head' }), JA)).toContain('paygent reconcile --audit --yes')
  })

  test('names run, order and request, in words, and nothing draws', () => {
    const contradictions = [
      { ...row, mirror: 'rejected', trail: 'accepted' },
      { ...row, field: 'code', mirror: '\u001B[31m', trail: null },
      { ...row, field: 'row', mirror: null, trail: 'present' },
      { ...row, what: 'run', attemptId: null, orderId: null, field: 'row', mirror: 'present', trail: null },
    ] as const
    expect(verifyText(broken({ contradictions }), JA)).toBe(
      [
        '手元データが監査ログと一致しません：4件',
        '・処理番号 #7 受注番号 852 送信 #12：状態（state）は「rejected」、監査ログでは「accepted」',
        '・処理番号 #7 受注番号 852 送信 #12：応答コード（code）は「\\u{1B}[31m」、監査ログでは「なし」',
        '・処理番号 #7 受注番号 852 送信 #12：手元データから削除されています',
        '・処理番号 #7：監査ログに記録がありません',
        '対処：管理者に連絡してください。paygent reconcile --audit で、ペイジェントとの違いを調べられます。',
      ].join('\n'),
    )
  })

  test('shows twenty and counts the rest', () => {
    const contradictions = Array.from({ length: 25 }, () => ({ ...row, mirror: 'rejected', trail: 'accepted' }))
    const lines = verifyText(broken({ contradictions }), EN).split('\n')
    expect(lines).toHaveLength(23)
    expect(lines.at(-2)).toBe('  and 5 more (--format json shows all)')
  })
})
