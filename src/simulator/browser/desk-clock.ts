// The page of the simulator's clock.
import { listTime } from '../../text/numbers.js'
import { deskPage, fieldHtml, formTo, offsetText, type Refusal, section, type Visit } from './desk-parts.js'
import type { BrowserReply, Lang } from './page.js'
import { html } from '@remix-run/html-template'

const JA = {
  title: '時計',
  now: (time: string, offset: string) => `シミュレーターの時計は ${time}（${offset}）です。`,
  explained:
    '時計を進めると、その時間の間の変化がまとめて反映されます。docomo の売上は翌日に「44 消込完了」になり、オーソリは期限が来ると切れます。通知は7日を過ぎると取得できなくなります。',
  on: '進める',
  steps: { '1h': '1時間進める', '1d': '1日進める', '7d': '7日進める', '30d': '30日進める' },
  set: '日時を指定する',
  setExplained:
    '過去の日時も指定できますが、変化は元に戻りません。その後に作られる決済や通知の日時は、前のものより古くなります。練習には「進める」を使ってください。',
  time: '日時（日本時間）',
  setButton: 'この日時にする',
  back: '実際の時刻に戻す',
  backExplained:
    '時計だけが戻ります。変化した決済（「44 消込完了」になった売上など）と、7日を過ぎて取得できなくなった通知は、元に戻りません。',
}

const EN: typeof JA = {
  title: 'Clock',
  now: (time, offset) => `The simulator's clock shows ${time}, Japan time (${offset}).`,
  explained:
    'Advancing the clock makes everything happen that is due by then. A docomo sale becomes 44 sale completed on the next day, and authorisations expire. After 7 days a notice can no longer be fetched.',
  on: 'Advance the clock',
  steps: { '1h': 'Advance 1 hour', '1d': 'Advance 1 day', '7d': 'Advance 7 days', '30d': 'Advance 30 days' },
  set: 'Set a time',
  setExplained:
    'A time in the past can be set, but it undoes no change. Payments and notices made from then on are dated before the earlier ones. For practice, advance the clock instead.',
  time: 'Time (Japan time)',
  setButton: 'Set this time',
  back: 'Back to the real time',
  backExplained:
    'Only the clock goes back. Payments that have changed (a sale at 44 sale completed) stay as they are, and notices that are past their 7 days still cannot be fetched.',
}

const TEXTS: Readonly<Record<Lang, typeof JA>> = { ja: JA, en: EN }

export function clockPage(visit: Visit, problem: Refusal | null = null): BrowserReply {
  const { request, clock } = visit
  const { lang } = request
  const texts = TEXTS[lang]
  const steps = Object.entries(texts.steps).map(
    ([step, name]) => html`<button name="advance" value="${step}">${name}</button> `,
  )
  const time = { name: 'set', id: 'time', label: texts.time, described: 'set-explained' }
  const body = html`<p>${texts.now(listTime(clock.now), offsetText(clock.offsetMs, lang))}</p>
    ${section(
      'on',
      texts.on,
      html`<p>${texts.explained}</p>
        ${formTo(request, '/clock', html`${steps}`, 'buttons')}`,
    )}
    ${section(
      'set',
      texts.set,
      html`<p id="set-explained">${texts.setExplained}</p>
        ${formTo(
          request,
          '/clock',
          html`<p class="inputs">
            ${fieldHtml({ ...time, value: clock.now.slice(0, 16) }, problem, html`type="datetime-local" required`)}
            <button>${texts.setButton}</button>
          </p>`,
        )}`,
    )}
    ${section(
      'back',
      texts.back,
      html`<p>${texts.backExplained}</p>
        ${formTo(request, '/clock', html`<button name="offsetMs" value="0">${texts.back}</button>`)}`,
    )}`
  return deskPage(visit, { title: texts.title, list: '/clock', body, problem })
}
