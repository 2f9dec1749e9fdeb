// A client of the simulator's pages, which sends exactly the headers that a test gives.
import { request } from 'node:http'
import { text } from 'node:stream/consumers'

export interface PageAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

export interface PageCall {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** @param target as it stands in the request line: path and query */
export function callPage(base: string, target: string, { method = 'GET', headers, body = '' }: PageCall = {}) {
  const { hostname, port } = new URL(base)
  const options = { hostname, port, path: target, method, headers, agent: false, setDefaultHeaders: true } as const
  return new Promise<PageAnswer>((resolve, reject) => {
    const sent = request(options, (response) => {
      text(response).then(
        (received) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: received }),
        reject,
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** What a browser sends with a form of one of the simulator's own pages. */
export const submit = (base: string, target: string, fields: Readonly<Record<string, string>> = {}) =>
  callPage(base, target, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: base },
    body: String(new URLSearchParams(fields)),
  })
