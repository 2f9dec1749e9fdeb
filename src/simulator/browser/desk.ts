// The first page of the browser side.
import { type BrowserRoute, pageReply } from './page.js'
import { html } from '@remix-run/html-template'

const JA = { title: 'ペイジェントのシミュレーター', documents: '使い方は docs/simulator.md にあります。' }
const EN: typeof JA = { title: 'A simulator of Paygent', documents: 'docs/simulator.md says how it is used.' }
const TEXTS = { ja: JA, en: EN }

export const deskRoute: BrowserRoute = (request) => {
  if (request.method !== 'GET' || request.path !== '/') return null
  const { title, documents } = TEXTS[request.lang]
  return pageReply(request, { title, body: html`<p>${documents}</p>` })
}
