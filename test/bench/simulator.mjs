// How many telegrams a second the simulator answers over one connection that is kept alive.
import { line, number, once, beside, title } from './figures.mjs'

const COUNT = 3_000

export async function simulator() {
  title(`The simulator, ${COUNT} telegrams of each kind one after the other over one connection`)
  for (const telegram of ['094', '101']) {
    const { child, first } = await beside('simulator-process.mjs', { payments: COUNT })
    const before = await cpuOf(child)
    const { ms } = await once('way.mjs', {
      way: telegram === '094' ? 'inquiries' : 'sales',
      server: first,
      count: COUNT,
    })
    const cpuMs = (await cpuOf(child)) - before
    child.disconnect()
    const perSecond = (spent) => number((COUNT / spent) * 1000, 0, 6)
    line(`${telegram}: ${perSecond(ms)} /s`, `${perSecond(cpuMs)} for each second of the simulator's CPU`)
  }
}

function cpuOf(child) {
  child.send('cpu')
  return new Promise((resolve) => child.once('message', resolve))
}
