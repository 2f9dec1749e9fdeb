// The simulator's pages in a real Chromium: a person who has nothing else lets a customer pay, sells, turns the day and
// sets a fault; and the built program sells what was paid there.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { axeFindings, chromiumBrowser, noChromium, overflowOf } from './chromium.js'
import { ALL_DAY, DESK_ORDERS, EMBEDDED, folder, run, startSimulator } from './program.js'

/** A page of the simulator, with what went wrong on it. */
async function visited(url: string, options: BrowserContextOptions = {}): Promise<{ page: Page; noise: string[] }> {
  const context = await (await chromiumBrowser()).newContext({ locale: 'ja-JP', ...options })
  const page = await context.newPage()
  const noise: string[] = []
  page.on('console', (message) => noise.push(`${message.type()}: ${message.text()}`))
  page.on('pageerror', ({ message }) => noise.push(`error: ${message}`))
  page.on('dialog', (dialog) => void dialog.dismiss().then(() => noise.push(`dialog: ${dialog.message()}`)))
  page.on('request', (request) => {
    if (!request.url().startsWith(`${url}/`)) noise.push(`request: ${request.url()}`)
  })
  await page.goto(`${url}/`)
  return { page, noise }
}

const fact = (page: Page, name: string): Promise<string> =>
  page.locator(`xpath=//dt[normalize-space()='${name}']/following-sibling::dd[1]`).innerText()

const pay = async (page: Page, method: string, amount: string, order: string): Promise<void> => {
  await page.getByLabel('支払方法').selectOption({ label: method })
  await page.getByLabel('金額（円）').fill(amount)
  await page.getByLabel('受注番号（取引ID）').fill(order)
  await page.getByRole('button', { name: '支払う' }).click()
}

describe.skipIf(noChromium)('a person with the page alone', () => {
  let cwd: string
  let url: string
  let simulator: Awaited<ReturnType<typeof startSimulator>>
  beforeAll(async () => {
    cwd = folder()
    simulator = await startSimulator(cwd, ['--state', ':memory:', '--browser-port', '0'])
    url = simulator.browserUrl ?? ''
  })

  it('lets a customer pay by docomo, sells it, turns the day and sees 44', async () => {
    const { page, noise } = await visited(url)
    await pay(page, 'docomo：d払い（ドコモ）', '1733', '852')
    expect(await page.getByRole('status').innerText()).toBe(
      '支払いました（20 オーソリOK）。通知を作成しました。次は売上処理です。',
    )
    expect(await fact(page, '決済ステータス')).toBe('20 オーソリOK')
    await page.getByRole('button', { name: '売上処理' }).click()
    expect(await fact(page, '決済ステータス')).toBe('40 消込済')
    await page.getByRole('button', { name: '時計を1日進める' }).click()
    expect(await fact(page, '決済ステータス')).toBe('44 消込完了')
    expect(await page.getByRole('table', { name: '履歴' }).getByRole('row').count()).toBe(4)
    // A reload repeats nothing.
    await page.reload()
    await page.goBack()
    expect(await simulator.payments()).toMatchObject([{ tradingId: '852', amountYen: 1733, status: '44' }])
    expect((await simulator.payments())[0]?.changes).toHaveLength(3)
    expect(noise).toEqual([])
    await page.context().close()
  })

  it('does it with the keyboard alone, in English', async () => {
    const { page } = await visited(url, { locale: 'en-GB' })
    const focused = (): Promise<string> =>
      page.evaluate(
        `(({ tagName, name, innerText }) => (tagName === 'BUTTON' ? innerText : name || innerText))(document.activeElement)`,
      )
    const tabTo = async (name: string): Promise<void> => {
      for (let tries = 0; tries < 30 && !(await focused()).startsWith(name); tries += 1)
        await page.keyboard.press('Tab')
      expect(await focused()).toMatch(new RegExp(`^${name}`))
      expect(await page.evaluate(`getComputedStyle(document.activeElement).outlineStyle`)).toBe('solid')
    }
    await tabTo('method')
    await page.keyboard.type('au')
    await tabTo('tradingId')
    await page.keyboard.type('853')
    await Promise.all([page.waitForURL('**/payments/*'), page.keyboard.press('Enter')])
    await tabTo('Sell')
    await Promise.all([page.waitForURL('**done=moved**'), page.keyboard.press('Enter')])
    expect(await fact(page, 'Payment status')).toBe('40 sold')
    expect(await fact(page, 'Method')).toBe('au')
    await page.context().close()
  })

  it('is told what is wrong, and keeps what was typed', async () => {
    const { page } = await visited(url)
    await pay(page, 'au：auかんたん決済', '百円', '854')
    expect(await page.getByRole('alert').innerText()).toBe('金額は1円以上、9桁までの数字で入力してください。')
    const amount = page.getByLabel('金額（円）')
    expect(await amount.getAttribute('aria-invalid')).toBe('true')
    expect(await page.locator('#amount-wrong').innerText()).toBe('金額は1円以上、9桁までの数字で入力してください。')
    expect(await page.getByLabel('受注番号（取引ID）').inputValue()).toBe('854')
    expect(await page.getByLabel('金額（円）').inputValue()).toBe('百円')
    await page.context().close()
  })

  it('changes the language and stays there', async () => {
    const { page } = await visited(url)
    await page.getByRole('link', { name: 'English' }).click()
    await page.getByRole('link', { name: 'Clock' }).click()
    await page.getByRole('button', { name: 'Advance 1 hour' }).click()
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Clock')
    expect(await page.getByRole('status').innerText()).toMatch(
      /^The clock has been set\. It now shows .*1 hour ahead.*No payment has changed\.$/,
    )
    await page.getByRole('button', { name: 'Back to the real time' }).click()
    expect(await page.innerText('main')).toContain('(the real time)')
    await page.context().close()
  })

  it('sets a fault, which strikes the next sale of the program, and sees it struck', async () => {
    const { page } = await visited(url)
    await pay(page, 'docomo：d払い（ドコモ）', '1733', '855')
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: '受注の CSV を保存する' }).click(),
    ])
    const [importing = '', selling = ''] = await page.locator('pre.command').allInnerTexts()
    expect(importing).toBe(`paygent import ${download.suggestedFilename()}`)
    expect(selling).toBe('paygent bulk-sale --orders 855')
    await download.saveAs(join(cwd, download.suggestedFilename()))
    await page.getByRole('link', { name: '障害を設定する' }).click()
    expect(await page.getByLabel('受注番号').inputValue()).toBe('855')
    // Enter in the field sets none.
    await page.getByLabel('受注番号').press('Enter')
    expect(await simulator.get('faults')).toEqual([])
    await page.getByRole('button', { name: '混雑（9005）' }).click()
    const env = { ...simulator.env, ...ALL_DAY }
    expect(await run(cwd, importing.split(' ').slice(1), env)).toMatchObject({ code: 0 })
    const sold = await run(cwd, [...selling.split(' ').slice(1), '--yes'], env)
    expect(sold).toMatchObject({ code: 0, stdout: expect.stringContaining('売上が成立した金額：1,733円') })
    await page.reload()
    expect(await page.getByRole('table', { name: '設定中の障害' }).getByRole('cell').allInnerTexts()).toContain(
      '1回（終了）',
    )
    await page.getByRole('button', { name: /を解除$/ }).click()
    expect(await page.innerText('main')).toContain('設定中の障害はありません。')
    await page.getByRole('link', { name: '決済', exact: true }).click()
    await page.getByRole('link', { name: '855' }).click()
    expect(await fact(page, '決済ステータス')).toBe('40 消込済')
    const results = await page.getByRole('table', { name: 'この受注の電文' }).getByRole('row').allInnerTexts()
    expect(
      results.filter((row) => row.includes('101 キャリアの売上')).map((row) => /正常|拒否（\w+）/.exec(row)?.[0]),
    ).toEqual(['正常', '拒否（9005）'])
    await page
      .getByText(/^\d+項目$/)
      .first()
      .click()
    await expect.poll(() => page.getByText('connect_password').first().isVisible()).toBe(true)
    expect(await page.innerText('main')).toMatch(/connect_password\s+\*\*\*/)
    await page.context().close()
  })
})

describe.skipIf(noChromium)('a rehearsal', () => {
  it('finds the sale of the embedded simulator on the page, and the page turns its day', async () => {
    const cwd = folder()
    expect(await run(cwd, ['import', DESK_ORDERS], EMBEDDED)).toMatchObject({ code: 0 })
    expect(await run(cwd, ['bulk-sale', '--orders', '10240', '--yes'], EMBEDDED)).toMatchObject({ code: 0 })
    const args = ['--state', 'paygent.db.simulator', '--browser-port', '0']
    const { browserUrl } = await startSimulator(cwd, args)
    const { page } = await visited(browserUrl ?? '')
    await page.getByLabel('受注番号・決済IDで探す').fill('10240')
    await page.getByRole('button', { name: '探す' }).click()
    await page.getByRole('link', { name: '10240' }).click()
    expect(await fact(page, '決済ステータス')).toBe('40 消込済')
    await page.getByRole('button', { name: '時計を1日進める' }).click()
    expect(await fact(page, '決済ステータス')).toBe('44 消込完了')
    // The commands of the rehearsal find it so, while the page is open.
    expect(await run(cwd, ['sync'], EMBEDDED)).toMatchObject({ code: 0 })
    expect((await run(cwd, ['show', '10240'], EMBEDDED)).stdout).toContain('44 消込完了')
    await page.context().close()
  })
})

const LOOKS = [
  [360, 'light'],
  [800, 'dark'],
  [1400, 'light'],
] as const

describe.skipIf(noChromium)('every page', () => {
  let url: string
  let known: string
  beforeAll(async () => {
    const cwd = folder()
    const faults = join(cwd, 'faults.json')
    const fault = {
      match: { telegram: '029', paymentId: '7', tradingId: 'x'.repeat(25), nth: 3 },
      times: 2,
      leaves: '30',
    }
    writeFileSync(faults, JSON.stringify([fault, { match: { telegram: '094' }, delayMs: 1 }]))
    const simulator = await startSimulator(cwd, ['--state', ':memory:', '--browser-port', '0', '--faults', faults])
    url = simulator.browserUrl ?? ''
    const customers = Array.from({ length: 120 }, (_, index) => ({
      tradingId: index === 119 ? 'W'.repeat(25) : String(800 + index),
      method: ['docomo', 'au', 'softbank', 'credit'][index % 4],
      amountYen: index === 119 ? 999_999_999 : 1000 + index,
    }))
    await simulator.post('payments', customers)
    known = (await simulator.payments())[0]?.paymentId ?? ''
    for (const status of ['40', '20', '40', '44', '60']) await simulator.post(`payments/${known}`, { status })
    await simulator.post('clock', { advance: '2d' })
    const env = { ...simulator.env, ...ALL_DAY }
    expect(await run(cwd, ['import', DESK_ORDERS], env)).toMatchObject({ code: 0 })
    await run(cwd, ['sync'], env)
    expect((await simulator.requests()).length).toBeGreaterThan(3)
  })

  it.each(
    ['/', '/?page=2', '/?q=none', '/payments/known', '/requests', '/notices', '/faults', '/clock', '/none'].flatMap(
      (path) => [[path, 'ja'] as const, [path, 'en'] as const],
    ),
  )('%s in %s is readable at every width, and has no fault that axe finds', async (path, lang) => {
    const { page, noise } = await visited(url)
    const missing = path === '/none'
    await page.goto(`${url}${path.replace('known', known)}${path.includes('?') ? '&' : '?'}lang=${lang}`)
    expect(await page.title()).toMatch(/^【シミュレーター】./)
    expect(await page.locator('header').innerText()).toContain('【シミュレーター】')
    expect(await page.evaluate('document.documentElement.lang')).toBe(lang)
    for (const details of await page.locator('summary').all()) await details.click()
    for (const [width, colorScheme] of LOOKS) {
      await page.setViewportSize({ width, height: 800 })
      await page.emulateMedia({ colorScheme })
      expect(await overflowOf(page), `${width}`).toEqual({ pixels: 0, beyond: [] })
      expect(await axeFindings(page), `${width}`).toEqual([])
    }
    expect(noise.filter((each) => !missing || !each.includes('404'))).toEqual([])
    await page.context().close()
  })
})

interface Box {
  readonly text: string
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** Where the elements stand that can be seen. */
const boxesOf = (page: Page, selector: string): Promise<Box[]> =>
  page.evaluate(`[...document.querySelectorAll(${JSON.stringify(selector)})].map((each) => {
    const { left, top, right, bottom } = each.getBoundingClientRect()
    return { text: each.innerText, left, top, right, bottom }
  }).filter(({ left, right }) => right > left)`)

/** Pairs of them that a finger cannot tell apart: less than 4 pixels lie between them. */
const crowded = (boxes: readonly Box[]): string[] =>
  boxes.flatMap((one, place) =>
    boxes
      .slice(place + 1)
      .filter((other) => one.left - 4 < other.right && other.left - 4 < one.right)
      .filter((other) => one.top - 4 < other.bottom && other.top - 4 < one.bottom)
      .map((other) => `${one.text} / ${other.text}`),
  )

describe.skipIf(noChromium)('on a phone', () => {
  let page: Page
  let url: string
  beforeAll(async () => {
    const args = ['--state', ':memory:', '--browser-port', '0']
    url = (await startSimulator(folder(), args)).browserUrl ?? ''
    ;({ page } = await visited(url, { viewport: { width: 360, height: 740 } }))
    await pay(page, 'docomo：d払い（ドコモ）', '1733', '852')
    return () => page.context().close()
  })

  it.each(['/', '/?q=852', '/payments/700000000000000001', '/requests', '/notices', '/faults', '/clock', '/none'])(
    '%s has links and buttons for a finger',
    async (path) => {
      await page.goto(`${url}${path}`)
      const links = await boxesOf(page, 'a')
      expect(links.length).toBeGreaterThan(5)
      expect(links.filter(({ top, bottom }) => bottom - top < 24)).toEqual([])
      expect(crowded(await boxesOf(page, 'button, .lists a'))).toEqual([])
    },
  )

  it('pays with a button as wide as the page, and has nothing about a first status in the history', async () => {
    await page.goto(`${url}/`)
    const [button] = await boxesOf(page, 'button.main')
    expect((button?.right ?? 0) - (button?.left ?? 0)).toBeGreaterThan(300)
    await page.goto(`${url}/payments/700000000000000001`)
    expect(await page.locator('table[aria-labelledby=history] [data-label=変更前]').isVisible()).toBe(false)
    expect(await page.locator('table[aria-labelledby=history] [data-label=変更後]').isVisible()).toBe(true)
  })

  it('has an error, a deed and the longest method without a fault that axe finds, at every width', async () => {
    const looked = async (): Promise<void> => {
      for (const [width, colorScheme] of LOOKS) {
        await page.setViewportSize({ width, height: 800 })
        await page.emulateMedia({ colorScheme })
        expect(await overflowOf(page), `${width}`).toEqual({ pixels: 0, beyond: [] })
        expect(await axeFindings(page), `${width}`).toEqual([])
      }
      await page.setViewportSize({ width: 360, height: 740 })
    }
    await page.goto(`${url}/`)
    await pay(page, 'softbank：ソフトバンクまとめて支払い', '0', '853')
    expect(await page.getByRole('alert').isVisible()).toBe(true)
    const [method] = await boxesOf(page, '#method')
    expect(method?.right).toBeLessThanOrEqual(344)
    await looked()
    await page.goto(`${url}/faults`)
    await page.getByLabel('受注番号').fill('W'.repeat(25))
    await page.getByRole('button', { name: '混雑（9005）' }).click()
    expect(await page.getByRole('status').innerText()).toMatch(/該当する決済はまだありません。$/)
    await looked()
  })

  it('has the tabs in two rows, and the way to all payments beside its button', async () => {
    await page.goto(`${url}/?q=852`)
    expect(new Set((await boxesOf(page, '.lists a')).map(({ top }) => top)).size).toBe(2)
    await page.setViewportSize({ width: 1400, height: 800 })
    const [find] = await boxesOf(page, 'form[role=search] button')
    const [all] = await boxesOf(page, 'form[role=search] a')
    const middle = (box: Box | undefined) => ((box?.top ?? 0) + (box?.bottom ?? 0)) / 2
    expect(Math.abs(middle(find) - middle(all))).toBeLessThan(2)
  })
})

it.skipIf(!noChromium)('chromium is missing: nobody has looked at the pages of the simulator', (context) =>
  context.skip(),
)
