// Tests the questions with the bytes that a terminal sends, a Japanese keyboard's full-width letters among them.
import * as core from '@inquirer/core'
import { render } from '@inquirer/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { linePrompt, yesNoLine } from '../../src/cli/question.js'
import { displayWidth } from '../../src/text/width.js'
import { questionText } from '../../src/ui/plan.js'
import { answerWords } from '../../src/ui/words.js'

const CTRL_C = '\u0003'
const CTRL_D = '\u0004'
const MESSAGE = { ja: '送信します。よろしいですか？', en: 'Send it?' } as const

async function open(lang: 'ja' | 'en' = 'ja') {
  const question = yesNoLine({ message: MESSAGE[lang], ...answerWords(lang) })
  const { answer, input, getScreen } = await render(linePrompt(core), question)
  answer.catch(() => undefined)
  return { answer, send: (bytes: string) => void input.write(bytes), screen: () => getScreen() }
}

describe('a yes-or-no question', () => {
  it.each(['y', 'Y', 'ｙ', 'Ｙ', 'yes', 'YES', 'ｙｅｓ', 'はい', ' y　'])('takes "%s" as yes', async (typed) => {
    const { answer, send, screen } = await open()
    send(`${typed}\r`)
    await expect(answer).resolves.toBe(typed)
    expect(screen()).toMatch(/よろしいですか？ はい$/)
  })

  it.each(['', 'n', 'N', 'ｎ', 'no', 'いいえ'])('takes "%s" as no', async (typed) => {
    const { answer, send, screen } = await open()
    send(`${typed}\r`)
    await expect(answer).resolves.toBe(typed)
    expect(screen()).toMatch(/よろしいですか？ いいえ$/)
  })

  it.each([
    ['ja', 'はいはい', 'y（はい）か n（いいえ）で答えてください。'],
    ['ja', 'constructor', 'y（はい）か n（いいえ）で答えてください。'],
    ['ja', '852', 'y（はい）か n（いいえ）で答えてください。'],
    ['en', 'yep', 'Please answer y (yes) or n (no).'],
  ] as const)('asks again in the language chosen (%s) after "%s"', async (lang, typed, sentence) => {
    const { answer, send, screen } = await open(lang)
    expect(screen()).toContain('(y/N)')
    send(`${typed}\r`)
    expect(screen()).toContain(sentence)
    expect(screen()).not.toContain(typed)
    send('y')
    expect(screen()).not.toContain(sentence)
    send('\r')
    await expect(answer).resolves.toBe('y')
  })

  it('ends at Ctrl-D with no answer, and keeps one that is being typed', async () => {
    const typing = await open()
    typing.send(`y${CTRL_D}\r`)
    await expect(typing.answer).resolves.toBe('y')
    const { answer, send } = await open()
    send(CTRL_D)
    await expect(answer).resolves.toBeNull()
  })

  it('is left by Ctrl-C', async () => {
    const { answer, send } = await open()
    send(CTRL_C)
    await expect(answer).rejects.toThrow(expect.objectContaining({ name: 'ExitPromptError' }))
  })
})

describe('a question that does not fit its line', () => {
  const drawn = async (message: string, lang: 'ja' | 'en', columns: number) => {
    Object.defineProperty(process.stderr, 'columns', { value: columns, configurable: true })
    onTestFinished(() => void Reflect.deleteProperty(process.stderr, 'columns'))
    const { answer, getScreen } = await render(linePrompt(core), yesNoLine({ message, ...answerWords(lang) }))
    answer.catch(() => undefined)
    return getScreen().split('\n')
  }
  const single = (lang: 'ja' | 'en') =>
    questionText('cancel', lang, { orderId: '902', request: 'sale-cancel', amountYen: 12_000 })

  it('breaks before its last sentence, which keeps the brackets', async () => {
    expect(await drawn(single('ja'), 'ja', 80)).toEqual([
      '? 受注番号：902 の売上キャンセル要求（12,000円）を送信します。',
      'よろしいですか？ (y/N)',
    ])
    expect(await drawn(single('en'), 'en', 70)).toEqual([
      '? The sale cancel request of order 902 (¥12,000) is about to be sent.',
      'Go ahead? (y/N)',
    ])
  })

  it('breaks a first sentence that is too long between words', async () => {
    const lines = await drawn(single('ja'), 'ja', 50)
    expect(lines.at(-1)).toBe('よろしいですか？ (y/N)')
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(50)
    expect(lines.join('')).toContain(single('ja'))
  })

  it('stays on one line where it fits with its answer', async () => {
    expect(await drawn(single('ja'), 'ja', 100)).toEqual([`? ${single('ja')} (y/N)`])
  })
})
