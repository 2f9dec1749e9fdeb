// Runs what docs/simulator.md shows: every curl line, and the PHP example.
import { execFile, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { cell, codesIn, listed, pageAt } from '../pages.js'
import { ensureCertificates } from '../../src/simulator/certificates.js'
import { answerOf, openDesk } from './desk.js'
import { HAS_CURL, started, temporaryFolder } from './tls.js'
import { TELEGRAM_PATHS } from '../../src/simulator/telegram.js'

const page = pageAt('docs/simulator.md')
const blocks = (language: string, text = page.text): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, block = '']) => block)
const { rows } = page.table('Telegrams')
const run = promisify(execFile)

/** A simulator whose certificates lie where the page has them, and a shell beside them. */
async function opened() {
  const dir = temporaryFolder()
  const certificates = await ensureCertificates(join(dir, 'paygent-simulator-certs'))
  const simulator = await started({ certificates, browserPort: 0 })
  const { url, browserUrl } = simulator
  const here = (text: string): string =>
    text.replaceAll('https://127.0.0.1:4430', url).replaceAll('http://127.0.0.1:4480', String(browserUrl))
  const shell = async (line: string): Promise<Buffer> => {
    const { stdout } = await run('sh', ['-ec', here(line)], { cwd: dir, encoding: 'buffer', env: ENV })
    return stdout
  }
  return { dir, here, shell, simulator }
}

/** Neither a proxy nor a curlrc of this machine. */
const ENV = { PATH: process.env['PATH'], HOME: '/nonexistent' }

describe.skipIf(!HAS_CURL)('the curl lines', () => {
  it('are run one after the other: each telegram is answered as its row says, and again as its codes say', async () => {
    const { shell } = await opened()
    const asked = new Map<string, [Record<string, string>, Record<string, string>]>()
    const controlled: unknown[] = []
    const checkout = page.section("A carrier's checkout")
    for (const line of blocks('sh', page.text.replace(checkout, '')).join('').trim().split('\n')) {
      const telegram = /telegram_kind=(\d+)/.exec(line)?.[1]
      if (telegram !== undefined) asked.set(telegram, [answerOf(await shell(line)), answerOf(await shell(line))])
      else if (line.startsWith('curl ')) controlled.push(JSON.parse((await shell(line)).toString()))
      else await shell(line)
    }
    expect([...asked.keys()].toSorted()).toEqual(Object.keys(TELEGRAM_PATHS).toSorted())
    expect(rows.map((row) => cell(row, 'telegram'))).toEqual([...asked.keys()])
    for (const row of rows) {
      const [first, again] = asked.get(cell(row, 'telegram')) ?? [{}, {}]
      const inquired = cell(row, 'answer').includes('those of 094') ? fieldsOf('094') : []
      const fields = ['result', 'response_code', 'response_detail', ...codesIn(cell(row, 'answer')), ...inquired]
      expect(first).toMatchObject({ result: '0' })
      expect(Object.keys(first).toSorted()).toEqual([...new Set(fields)].toSorted())
      if (again['result'] !== '0') expect(listed(cell(row, 'codes of a no'))).toContain(again['response_code'])
    }
    const [cards, carriers, all, clock, moved, faults, requests, notices, reset] = controlled
    expect([cards, carriers]).toMatchObject([{ added: ['7021', '7022', '7029'] }, { added: ['7101', '7102', '7103'] }])
    expect([all, clock, moved]).toMatchObject([
      { counts: { payments: 11 } },
      { offsetMs: 86_400_000 },
      { paymentId: '7102', status: '20' },
    ])
    expect(faults).toMatchObject([{ shows: 'code:9005' }])
    expect(requests).toHaveLength(2 * rows.length)
    expect(notices).toContainEqual(expect.objectContaining({ paymentId: '7101', delivered: false }))
    expect(reset).toMatchObject({ offsetMs: 0, removed: { payments: 11 } })
    expect(controlled).toHaveLength(9)
  })

  it('pay at a carrier without a browser', async () => {
    const { shell, simulator } = await opened()
    const [prepare = ''] = blocks('sh', page.section('Telegrams'))
    await shell(prepare.split('\n').slice(0, 2).join('\n'))
    const [apply = '', pay = ''] = blocks('sh', page.section("A carrier's checkout")).join('').trim().split('\n')
    await shell(apply)
    const answer = (await shell(pay)).toString()
    expect(answer).toMatch(/^HTTP\/1\.1 303 .*\r\n/)
    expect(answer).toMatch(/^Location: http:\/\/shop\.example\/done\?trading_id=855&payment_id=\d{18}\r$/m)
    expect(simulator.control('GET', '/_simulator/payments', '').json).toMatchObject([
      { tradingId: '855', carrier: 'softbank', status: '20', amountYen: 1733, changes: [{ to: '10' }, { to: '20' }] },
    ])
  })

  it('name the test cards, each with its effect', async () => {
    const desk = openDesk()
    const effects = page
      .table('Test cards')
      .rows.flatMap((row) => listed(cell(row, 'ends with')).map((card) => [card, cell(row, 'effect')] as const))
    expect(effects).toHaveLength(20)
    for (const [card, effect] of effects) {
      const { payment_id: id = '', response_code: code } = desk.send('020', {
        trading_id: `t${card}`,
        payment_amount: '1',
        card_token: card,
      })
      expect(code === '', card).toBe(effect.startsWith('accepted'))
      expect(code === '2008', card).toBe(effect.includes('2008'))
      if (code === '') expect(desk.send('021', { payment_id: id })['result']).toBe(effect.includes('fail') ? '1' : '0')
    }
  })

  it('name the path that the row has', () => {
    for (const row of rows) {
      const telegram = cell(row, 'telegram') as keyof typeof TELEGRAM_PATHS
      expect(codesIn(cell(row, 'path'))).toEqual([TELEGRAM_PATHS[telegram]])
    }
  })
})

const fieldsOf = (telegram: string): string[] =>
  codesIn(cell(rows.find((row) => cell(row, 'telegram') === telegram) ?? {}, 'answer'))

const HAS_PHP = spawnSync('php', ['-r', 'curl_init();']).status === 0
if (!HAS_PHP) process.stderr.write('SKIPPED: php-cli with curl is not here, so the PHP example is not run\n')

it.skipIf(!HAS_PHP)('the PHP example pays by card', async () => {
  const { dir, here, shell, simulator } = await opened()
  const [example = ''] = blocks('php')
  writeFileSync(join(dir, 'pay.php'), here(example))
  const answer = (await shell('php pay.php')).toString()
  expect(answer).toMatch(/^result=0\r\n[\s\S]*\r\npayment_id=\d{18}\r\ntrading_id=853\r\n$/)
  expect(simulator.control('GET', '/_simulator/payments', '').json).toMatchObject([
    { tradingId: '853', status: '20', amountYen: 1733, card: '1234' },
  ])
})
