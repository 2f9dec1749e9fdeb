// Tests which commands of a sentence get the options that reach the same settings and mirror.
import { withSameMirror } from '../../src/text/commands.js'
import { describe, expect, it } from 'vitest'

const PROFILE = '--profile shop-a'

describe('a command of a sentence', () => {
  it.each([
    ['paygent sync を実行してください。', `paygent sync ${PROFILE} を実行してください。`],
    ['（paygent runs show 7 で表示）', `（paygent runs show 7 ${PROFILE} で表示）`],
    ['paygent settle 852 --payment-id ‹決済ID› で登録', `paygent settle 852 --payment-id ‹決済ID› ${PROFILE} で登録`],
    ['対処：paygent doctor', `対処：paygent doctor ${PROFILE}`],
    ['  paygent sync\n  paygent push', `  paygent sync ${PROFILE}\n  paygent push ${PROFILE}`],
    ['Run "paygent runs ack 7 8" now.', `Run "paygent runs ack 7 8 ${PROFILE}" now.`],
  ])('%s', (sentence, expected) => {
    expect(withSameMirror(sentence, PROFILE)).toBe(expected)
    expect(withSameMirror(expected, PROFILE)).toBe(expected)
    expect(withSameMirror(sentence, '')).toBe(sentence)
  })

  it.each([
    'paygent help で一覧',
    'paygent profiles で一覧',
    'paygent 0.1.0',
    '手元データ：/var/lib/paygent/paygent.db',
    '設定ファイル（.config/paygent/a.env）',
    'paygent 以外の操作',
  ])('%s stays', (sentence) => {
    expect(withSameMirror(sentence, PROFILE)).toBe(sentence)
  })

  it.each(['--profile 本店', "--settings '/shops/店 2.env' --db 2.db", '--settings /etc/a.env', '--db x.db'])(
    'gets %s once',
    (options) => {
      const once = withSameMirror('paygent sync を実行し、paygent push で反映。', options)
      expect(once).toBe(`paygent sync ${options} を実行し、paygent push ${options} で反映。`)
      expect(withSameMirror(once, options)).toBe(once)
    },
  )
})
