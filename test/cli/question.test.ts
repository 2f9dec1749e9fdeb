// Tests the questions with the bytes that a terminal sends, a Japanese keyboard's full-width letters among them.
import * as core from '@inquirer/core'
import { render } from '@inquirer/testing'
import { describe, expect, it } from 'vitest'
import { linePrompt, yesNoLine } from '../../src/cli/question.js'
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
