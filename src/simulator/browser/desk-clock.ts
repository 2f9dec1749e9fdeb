// The page of the simulator's clock.
import { listTime } from '../../text/numbers.js'
import { deskPage, formTo, labelled, offsetText, section, type Visit } from './desk-parts.js'
import type { BrowserReply, Lang } from './page.js'
import { html } from '@remix-run/html-template'

const JA = {
  title: '時計',
  now: (time: string, offset: string) => `シミュレーターの時計は ${time}（${offset}）です。`,
  explained:
    '時計を進めると、その間に起きることがすべて起きます。docomo の売上は翌日に 44 消込完了 になり、オーソリは期限が来ると切れ、通知は7日で消えます。',
  on: '進める',
  steps: { '1h': '1時間進める', '1d': '1日進める', '7d': '7日進める', '30d': '30日進める' },
  set: '日時を指定する',
  time: '日時（日本時間）',
  setButton: 'この日時にする',
  back: '実際の時刻に戻す',
  backExplained: '時計だけが戻ります。起きたこと（44 になった売上など）は元に戻りません。',
}

const EN: typeof JA = {
  title: 'Clock',
  now: (time, offset) => `The simulator's clock shows ${time}, Japan time (${offset}).`,
  explained:
    'When the clock goes on, everything happens that happens meanwhile. A docomo sale becomes 44 sale completed on the next day, authorisations expire, and notices are gone after 7 days.',
  on: 'Turn it on',
  steps: { '1h': '1 hour on', '1d': '1 day on', '7d': '7 days on', '30d': '30 days on' },
  set: 'Set a time',
  time: 'Time (Japan time)',
  setButton: 'Set this time',
  back: 'Back to the real time',
  backExplained: 'Only the clock goes back. What happened (a sale that became 44, say) stays.',
}

const TEXTS: Readonly<Record<Lang, typeof JA>> = { ja: JA, en: EN }

export function clockPage(visit: Visit, problem: string | null = null): BrowserReply {
  const { request, clock } = visit
  const { lang } = request
  const texts = TEXTS[lang]
  const steps = Object.entries(texts.steps).map(
    ([step, name]) => html`<button name="advance" value="${step}">${name}</button> `,
  )
  const body = html`<p>${texts.now(listTime(clock.now), offsetText(clock.offsetMs, lang))}</p>
    ${section(
      'on',
      texts.on,
      html`<p>${texts.explained}</p>
        ${formTo(request, '/clock', html`${steps}`)}`,
    )}
    ${section(
      'set',
      texts.set,
      formTo(
        request,
        '/clock',
        html`<p class="inputs">
          ${labelled(
            texts.time,
            html`<input id="time" type="datetime-local" name="set" required value="${clock.now.slice(0, 16)}" />`,
          )}
          <button>${texts.setButton}</button>
        </p>`,
      ),
    )}
    ${section(
      'back',
      texts.back,
      html`<p>${texts.backExplained}</p>
        ${formTo(request, '/clock', html`<button name="offsetMs" value="0">${texts.back}</button>`)}`,
    )}`
  return deskPage(visit, { title: texts.title, list: '/clock', body, problem })
}
