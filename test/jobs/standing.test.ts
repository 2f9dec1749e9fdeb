// A batch on a mirror that is not the newest known to this machine sends nothing. A batch that runs is recorded before
// its first request and at its end.
import { copyFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { auOrder, bench, outcomes, type Bench } from './bench.js'

const recorded = (b: Bench): { run: number; seq: number } =>
  JSON.parse(readFileSync(join(b.stateDir, `${b.mirror.id}.json`), 'utf8'))

/** The mirror is copied, a batch sells order 1, and the copy is put in its place. */
async function putBack(b: Bench): Promise<void> {
  b.mirror.close()
  copyFileSync(b.path, `${b.path}.copy`)
  b.restart()
  expect(outcomes(await b.batch('sale', ['1']))).toBe('1 accepted')
  b.mirror.close()
  copyFileSync(`${b.path}.copy`, b.path)
  b.restart()
}

const nothingSent = (b: Bench, before: number): void => {
  expect([b.gateway.sent.length, b.mirror.lock.held, b.attempts()]).toEqual([before, false, []])
}

describe('a mirror that is put back', () => {
  it('sends nothing and begins no run, and is not recorded', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    await putBack(b)
    const [state, plan] = [recorded(b), await b.plan('sale', ['1', '2'])]
    const asked = b.gateway.inquired.length
    for (const _ of [1, 2]) {
      await expect(b.run(plan)).rejects.toMatchObject({ code: 'mirror-behind', exitCode: 5, params: { path: b.path } })
    }
    nothingSent(b, 1)
    expect(b.mirror.journal.run(1)).toBeNull()
    expect([recorded(b), b.gateway.inquired.length]).toEqual([state, asked])
  })

  it('while its run is under way is noticed as well', async () => {
    const b = bench(auOrder('1'))
    b.mirror.close()
    copyFileSync(b.path, `${b.path}.copy`)
    b.restart()
    b.gateway.onSend = () => {
      throw new Error('kill -9')
    }
    await expect(b.batch('sale', ['1'])).rejects.toThrow('kill -9')
    b.mirror.close()
    copyFileSync(`${b.path}.copy`, b.path)
    b.restart()
    b.gateway.onSend = () => undefined
    await expect(b.batch('sale', ['1'])).rejects.toMatchObject({ code: 'mirror-behind' })
    nothingSent(b, 0)
  })
})

it('a mirror with runs whose state is gone sends nothing', async () => {
  const b = bench(auOrder('1'), auOrder('2'))
  await b.batch('sale', ['1'])
  rmSync(b.stateDir, { recursive: true })
  await expect(b.batch('sale', ['2'])).rejects.toMatchObject({ code: 'mirror-unknown', exitCode: 5 })
  expect(b.gateway.sent).toHaveLength(1)
})

it('without a place for the state nothing is sent and no run begun', async () => {
  const b = bench(auOrder('1'))
  writeFileSync(b.stateDir, '')
  await expect(b.batch('sale', ['1'])).rejects.toMatchObject({ code: 'state-unusable', exitCode: 2 })
  nothingSent(b, 0)
  expect(b.mirror.journal.run(1)).toBeNull()
})

describe('a run', () => {
  it('is recorded before its first request, and to its last entry at its end', async () => {
    const b = bench(auOrder('1'))
    let sending = { run: 0, seq: 0 }
    b.gateway.onSend = () => (sending = recorded(b))
    await b.batch('sale', ['1'])
    expect(sending).toMatchObject({ run: 1, seq: 1 })
    expect(recorded(b)).toMatchObject({ run: 1, ...b.mirror.journal.head() })
  })

  it('that broke off is recorded too', async () => {
    const b = bench(auOrder('1'))
    const plan = await b.plan('sale', ['1'])
    const broken = b.run(plan, {}, ({ type }) => {
      if (type === 'settled') throw new Error('the screen broke')
    })
    await expect(broken).rejects.toThrow('the screen broke')
    expect(recorded(b)).toMatchObject({ run: 1, ...b.mirror.journal.head() })
  })

  it('whose state cannot be written at its end is done all the same; the next one sends nothing', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    b.gateway.onSend = () => {
      renameSync(b.stateDir, `${b.stateDir}.away`)
      writeFileSync(b.stateDir, '')
    }
    const ran = await b.batch('sale', ['1'])
    expect([ran.state, outcomes(ran)]).toEqual(['completed', '1 accepted'])
    expect(b.mirror.state.lag?.problem).toContain('ENOTDIR')
    await expect(b.batch('sale', ['2'])).rejects.toMatchObject({ code: 'state-unusable' })
    rmSync(b.stateDir)
    renameSync(`${b.stateDir}.away`, b.stateDir)
    await expect(b.batch('sale', ['2'])).rejects.toMatchObject({ code: 'mirror-unrecorded', exitCode: 5 })
    expect(b.gateway.sent).toHaveLength(1)
  })
})

it('of two copies that start at the same time one sends', async () => {
  const b = bench(auOrder('1'))
  await b.batch('sale', ['1'])
  b.mirror.close()
  copyFileSync(b.path, `${b.path}.copy`)
  b.restart()
  const other = b.open(`${b.path}.copy`)
  other.lock.acquire('sale')
  expect(other.state.check()).toBe('known')
  await b.batch('sale', ['1'])
  expect(() => other.state.record()).toThrowError(expect.objectContaining({ code: 'mirror-behind' }))
})
