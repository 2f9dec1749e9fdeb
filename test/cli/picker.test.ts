// Tests the picker with keys as readline emits them.
import * as core from '@inquirer/core'
import { render } from '@inquirer/testing'
import { describe, expect, it } from 'vitest'
import { pickerPrompt, type PickerQuestion } from '../../src/cli/picker.js'
import type { Order } from '../../src/domain/order.js'
import { pickerFrame } from '../../src/ui/picker-screen.js'
import { DESK_ORDERS, screenOf } from '../ui/sample-orders.js'
import { many, MIXED, rowsOf, TODAY } from '../ui/sample-picker.js'

interface Size {
  width: number
  height: number
}

async function open(orders: readonly Order[] = MIXED, size: Size = { width: 80, height: 24 }) {
  const rows = rowsOf(orders)
  const resized = new Set<() => void>()
  const question: PickerQuestion = {
    rows,
    frame: pickerFrame(rows, 'sale', 'simulator', TODAY, screenOf(80)),
    allNeedsFilter: false,
    screen: () => ({ ...screenOf(size.width), height: size.height }),
    onResize(callback) {
      resized.add(callback)
      return () => resized.delete(callback)
    },
    suspend: () => undefined,
  }
  const signal = new AbortController()
  const { answer, events, getScreen, getFullOutput, input } = await render(pickerPrompt(core), question, {
    clearPromptOnDone: true,
    signal: signal.signal,
  })
  // A question that no test answers is refused when the worker ends, which is no fault of anybody.
  answer.catch(() => {})
  const line = (start: string): string =>
    getScreen()
      .split('\n')
      .find((each) => each.startsWith(start)) ?? ''
  return {
    answer,
    signal,
    resize: (to: Size) => {
      Object.assign(size, to)
      resized.forEach((callback) => callback())
    },
    watched: () => resized.size,
    screen: () => getScreen(),
    output: () => getFullOutput(),
    /** As a terminal sends it: bytes, from which readline makes the keys. */
    send: (bytes: string) => void input.write(bytes),
    key: (name: string, ctrl = false) => events.keypress({ name, ctrl, meta: false, shift: false }),
    type: (text: string) => events.type(text),
    filter: () => line('絞り込み：').slice('絞り込み：'.length),
    picked: () => line('選択中：').slice('選択中：'.length),
    orders: () => Array.from(getScreen().matchAll(/^[> ] (?:\[.\]| - ) +(\d+) /gm), ([, orderId]) => orderId),
    cursor: () => /^> (?:\[.\]| - ) +(\d+) /m.exec(getScreen())?.[1] ?? null,
  }
}

describe('typing', () => {
  it('852 narrows to 852 and ticks nothing', async () => {
    const picker = await open()
    picker.type('852')
    expect(picker.orders()).toEqual(['852', '1852'])
    expect([picker.filter(), picker.picked(), picker.cursor()]).toEqual(['852', '0件 0円', '852'])
    picker.key('down')
    expect(picker.cursor()).toBe('852')
    picker.key('space')
    picker.key('return')
    await expect(picker.answer).resolves.toEqual(new Map([['852', 'ticked']]))
  })

  it('digits one by one tick nothing', async () => {
    const picker = await open()
    for (const digit of '0123456789') {
      picker.type(digit)
      expect(picker.picked()).toBe('0件 0円')
      picker.key('backspace')
      expect(picker.filter()).toBe('')
    }
  })

  it('every printable character is text, but for the space', async () => {
    const picker = await open()
    for (let code = 0x21; code < 0x7f; code++) {
      picker.send(String.fromCharCode(code))
      expect([picker.filter(), picker.picked()]).toEqual([String.fromCharCode(code), '0件 0円'])
      picker.send('\u007f')
    }
  })

  it('a space belongs to the filter while it is being typed: a name as the list shows it ticks no other order', async () => {
    const picker = await open(DESK_ORDERS)
    for (const character of '佐藤 直樹') {
      picker.send(character)
      expect(picker.picked()).toBe('0件 0円')
    }
    expect([picker.filter(), picker.orders()]).toEqual(['佐藤 直樹', ['12862']])
    picker.send('\r')
    expect(picker.screen()).toContain('1件も選択されていません。')
    picker.send('\t')
    expect([picker.filter(), picker.picked()]).toEqual(['佐藤 直樹', '0件 0円'])
    picker.send(' \r')
    await expect(picker.answer).resolves.toEqual(new Map([['12862', 'ticked']]))
  })

  it.each([
    ['Tab', '\t'],
    ['Shift-Tab', '\u001B[Z'],
    ['down', '\u001B[B'],
    ['up', '\u001B[A'],
  ])('%s goes to the list, where a space of either width ticks the marked row', async (_name, key) => {
    const picker = await open()
    picker.send(`852${key}`)
    expect([picker.filter(), picker.cursor(), picker.picked()]).toEqual(['852', '852', '0件 0円'])
    picker.send(' ')
    expect(picker.picked()).toBe('1件 1円')
    picker.send('\u3000')
    expect([picker.filter(), picker.picked()]).toEqual(['852', '0件 0円'])
  })

  it('text after the list goes on with the filter, and its spaces are text again', async () => {
    const picker = await open()
    picker.send('ペイジェント\u001B[B\u001B[B ')
    expect([picker.cursor(), picker.picked()]).toEqual(['862', '1件 1円'])
    picker.send(' 太郎\u3000')
    expect([picker.filter(), picker.orders(), picker.picked()]).toEqual([
      'ペイジェント太郎',
      ['853', '852', '849', '848', '846', '845', '844', '1852'],
      '0件 0円',
    ])
  })

  it('a space in the list ticks and does not stay in the filter', async () => {
    const picker = await open()
    picker.send('852\t')
    picker.send(' ')
    expect([picker.filter(), picker.picked()]).toEqual(['852', '1件 1円'])
    picker.send(' ')
    expect([picker.filter(), picker.picked()]).toEqual(['852', '0件 0円'])
    picker.send(' \u007f3')
    expect([picker.filter(), picker.picked(), picker.orders()]).toEqual(['853', '1件 1円（うち非表示 1件）', ['853']])
    picker.send('\u007f\u007f\u007f ')
    expect([picker.filter(), picker.picked()]).toEqual(['', '2件 1,734円'])
  })

  it('Japanese text, a wide space in it included, is text', async () => {
    const picker = await open()
    picker.send('ペイジェント　次郎')
    expect([picker.filter(), picker.orders(), picker.picked()]).toEqual([
      'ペイジェント　次郎',
      ['864', '862'],
      '0件 0円',
    ])
  })

  it('pasted text is text whatever is in it', async () => {
    const picker = await open()
    picker.send('\u001B[200~ペイジェント 次郎\r\n\u0001\u001B[201~')
    expect([picker.filter(), picker.orders(), picker.picked()]).toEqual([
      'ペイジェント 次郎',
      ['864', '862'],
      '0件 0円',
    ])
    picker.send(' ')
    expect([picker.filter(), picker.picked()]).toEqual(['ペイジェント 次郎', '0件 0円'])
    picker.send('\t ')
    expect([picker.filter(), picker.picked()]).toEqual(['ペイジェント 次郎', '1件 1円'])
  })

  it("readline's own keys edit the filter", async () => {
    const picker = await open()
    picker.send('85\u001B[D3')
    expect(picker.filter()).toBe('835')
    picker.send('\u0015')
    expect(picker.filter()).toBe('5')
    picker.send('\u001B[C')
    picker.send('1'.repeat(200))
    expect(picker.filter()).toBe(`5${'1'.repeat(29)}`)
    picker.send('\u0005\u0015')
    expect([picker.filter(), picker.orders().length]).toEqual(['', 11])
  })

  it('Enter, arrows and history leave the filter as it is', async () => {
    const picker = await open()
    picker.send('853\r')
    expect(picker.screen()).toContain('1件も選択されていません。Space で選択してから Enter を押してください。')
    expect(picker.filter()).toBe('853')
    picker.send('\u007f')
    expect(picker.filter()).toBe('85')
    for (const keys of ['\u001B[A', '\u001B[B', '\u0010', '\u001B[5~', '\u001B[6~', '\t', '\u001B[Z', '\r']) {
      picker.send(keys)
      expect(picker.picked()).toBe('0件 0円')
      expect(picker.filter()).toBe('85')
    }
  })
})

describe('all and none', () => {
  it('act on what is shown and may be sent; ticks survive a changed filter', async () => {
    const picker = await open()
    picker.send('85\u0001')
    expect([picker.filter(), picker.picked()]).toEqual(['85', '3件 2,734円'])
    picker.send('\u00152')
    expect([picker.filter(), picker.picked()]).toEqual(['2', '3件 2,734円（うち非表示 2件）'])
    picker.send('\u000E')
    expect(picker.picked()).toBe('2件 2,733円（うち非表示 2件）')
    picker.send('\u007f\r')
    await expect(picker.answer).resolves.toEqual(
      new Map([
        ['853', 'ticked-by-all'],
        ['850', 'ticked-by-all'],
      ]),
    )
  })

  it('text goes on at its end after them', async () => {
    const picker = await open()
    picker.send('8\u00015\u000E3')
    expect([picker.filter(), picker.picked()]).toEqual(['853', '5件 約2,802円（うち未照会 3件・非表示 5件）'])
  })
})

describe('an order that may not be sent', () => {
  const forbidden = MIXED.filter(({ orderId }) => ['851', '849', '848', '847', '1852'].includes(orderId))

  it('is ticked by no key at all', async () => {
    const picker = await open(forbidden)
    const names = [
      'space',
      'return',
      'enter',
      'tab',
      'up',
      'down',
      'left',
      'right',
      'home',
      'end',
      'pageup',
      'pagedown',
    ]
    const letters = [...'abefghijklmnopqrstuvwxyz']
    for (const key of [...names, ...letters]) {
      for (const ctrl of [false, true]) {
        if (ctrl && key === 'z') continue
        picker.key(key, ctrl)
        expect(picker.picked()).toBe('0件 0円')
        picker.key('return')
      }
    }
    for (let code = 0x20; code < 0x7f; code++) picker.send(`${String.fromCharCode(code)}\u007f`)
    expect(picker.screen()).not.toContain('[x]')
    picker.key('escape')
    await expect(picker.answer).resolves.toBeNull()
  })

  it('says why', async () => {
    const picker = await open()
    picker.send('849')
    expect(picker.screen()).toContain('合計 1,234,567円 が補正前金額 1円を超えています。')
    picker.send('\t ')
    expect(picker.screen()).toContain('選択できません。合計 1,234,567円')
  })
})

describe('moving', () => {
  it('by rows, by pages, to the ends', async () => {
    const picker = await open(many(100))
    const seen = ['\u001B[B', '\u001B[6~', '\u001B[A', '\u001B[5~', '\u001B[F', '\u001B[H'].map((key) => {
      picker.send(key)
      return picker.cursor()
    })
    expect(seen).toEqual(['2', '13', '12', '1', '100', '1'])
  })

  it('a terminal of another size gets another page', async () => {
    const picker = await open(many(100))
    expect(picker.orders()).toHaveLength(11)
    picker.resize({ width: 60, height: 40 })
    expect(picker.orders()).toHaveLength(26)
    picker.send('\u001B[6~')
    expect(picker.cursor()).toBe('27')
    picker.send('\u001B')
    picker.key('escape')
    await picker.answer
    expect(picker.watched()).toBe(0)
  })
})

describe('leaving', () => {
  it('with Esc', async () => {
    const picker = await open()
    picker.send('85\u0001')
    picker.key('escape')
    expect([picker.filter(), picker.picked(), picker.orders().length]).toEqual(['', '3件 2,734円', 11])
    picker.key('escape')
    await expect(picker.answer).resolves.toBeNull()
  })

  it('with Ctrl-C', async () => {
    const picker = await open()
    picker.send('85\u0001')
    picker.send('\u0003')
    await expect(picker.answer).rejects.toMatchObject({ name: 'ExitPromptError' })
  })

  it('with Ctrl-D, or because the terminal is gone', async () => {
    const picker = await open()
    picker.send('\u0001')
    picker.send('\u0004')
    await expect(picker.answer).resolves.toBeNull()
  })

  it('with a signal to the process', async () => {
    const picker = await open()
    picker.send('\u0001')
    picker.signal.abort()
    await expect(picker.answer).rejects.toMatchObject({ name: 'AbortPromptError' })
  })

  it('leaves nothing of itself on the screen', async () => {
    const picker = await open()
    picker.send('852\t ')
    picker.key('return')
    await picker.answer
    expect((await picker.output()).trim()).toBe('')
  })
})

it('ten thousand orders: narrowed, ticked and sent in their order', async () => {
  const picker = await open(many(10_000))
  picker.send('\u0001')
  expect(picker.picked()).toBe('6,667件 66,670円')
  picker.send('\u000E9999\t ')
  expect(picker.picked()).toBe('0件 0円')
  picker.send('\u007f8\t \u0015777\u0001')
  expect(picker.screen()).toContain('19件中')
  picker.key('return')
  expect([...((await picker.answer) ?? []).keys()]).toEqual(
    many(10_000).flatMap(({ orderId }) =>
      Number(orderId) % 3 !== 0 && (orderId.includes('777') || orderId === '9998') ? [orderId] : [],
    ),
  )
})
