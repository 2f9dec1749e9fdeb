import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { GatewaySettings } from '../../src/gateway/gateway.js'
import { ACCEPTED_ANSWER, useBench } from './bench.js'
import { ACCEPTED, SALE } from './settings.js'
import { httpAnswer, type Received } from './wire-server.js'

const { watched, server, gateway } = useBench()

describe('what breaks after the request was read', () => {
  const unclear = async (answer: (received: Received) => void, changed: Partial<GatewaySettings> = {}) => {
    const { endpoint, requests } = await server(answer)
    const got = await watched(gateway(endpoint, changed).send(SALE))
    expect(got.type).toBe('unclear')
    expect(requests.length).toBe(1)
    return got.type === 'unclear' ? got.fault : null
  }

  it('reset', async () => {
    expect(await unclear(({ reset }) => reset())).toMatchObject({ kind: 'reset' })
  })

  it('closed without a word', async () => {
    expect(await unclear(({ socket }) => socket.end())).toMatchObject({ kind: 'reset' })
  })

  it('silence', async () => {
    const fault = await unclear(() => {}, { timeoutMs: 1500 })
    expect(fault).toMatchObject({ kind: 'timeout', code: 'ETIMEDOUT', phase: 'response' })
  })

  it('half an answer, then silence', async () => {
    const half = httpAnswer(ACCEPTED).subarray(0, -10)
    const fault = await unclear(({ socket }) => socket.write(half), { timeoutMs: 1500 })
    expect(fault).toMatchObject({ kind: 'timeout', phase: 'read' })
  })

  it('half an answer, then closed', async () => {
    await unclear(({ socket }) => socket.end(httpAnswer(ACCEPTED).subarray(0, -10)))
  })

  it('an answer that goes on after its length', async () => {
    const fault = await unclear(({ socket }) =>
      socket.end(Buffer.concat([httpAnswer(ACCEPTED), Buffer.from('x=1\r\n')])),
    )
    expect(fault).toMatchObject({ kind: 'answer' })
  })

  it('an answer that goes on after its length, told to be the last', async () => {
    const surplus = Buffer.from('response_code=P010\r\n')
    const answer = Buffer.concat([httpAnswer(ACCEPTED, 200, ['Connection: close']), surplus])
    await unclear(({ socket }) => socket.end(answer))
  })

  it('a redirect, which is not followed', async () => {
    const location = 'Location: /elsewhere'
    const fault = await unclear(({ socket }) => socket.write(httpAnswer(ACCEPTED, 302, [location])))
    expect(fault).toMatchObject({ kind: 'answer', code: 'http-status-302' })
  })

  it('a packed answer', async () => {
    const packed = gzipSync(ACCEPTED)
    const fault = await unclear(({ socket }) => socket.write(httpAnswer(packed, 200, ['Content-Encoding: gzip'])))
    expect(fault).toMatchObject({ kind: 'answer', code: 'compressed' })
  })

  it('an answer without an end', async () => {
    const more = Buffer.from(`x=${'a'.repeat(65_534)}`)
    const flood = ({ socket }: Received) => {
      socket.write(`HTTP/1.1 200 X\r\nConnection: close\r\n\r\n${ACCEPTED}`)
      const go = () => {
        while (!socket.destroyed && socket.write(more));
      }
      socket.on('drain', go)
      go()
    }
    expect(await unclear(flood)).toMatchObject({ kind: 'too-large' })
  })
})

describe('answers without a length', () => {
  const answered = async (bytes: string) => {
    const { endpoint } = await server(({ socket }) => socket.end(bytes))
    return watched(gateway(endpoint).send(SALE))
  }

  it('are taken when closed after a line end', async () => {
    expect(await answered(`HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${ACCEPTED}`)).toEqual(ACCEPTED_ANSWER)
    expect(await answered(`HTTP/1.0 200 OK\r\n\r\n${ACCEPTED}`)).toEqual(ACCEPTED_ANSWER)
  })

  it('are doubted when closed within a line', async () => {
    const answer = await answered(`HTTP/1.0 200 OK\r\n\r\n${ACCEPTED}acq_id=5`)
    expect(answer).toMatchObject({ type: 'unclear', fault: { code: 'incomplete' } })
  })

  it('are doubted when the last chunk is missing', async () => {
    const size = ACCEPTED.length.toString(16)
    const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
    expect((await answered(`${head}${size}\r\n${ACCEPTED}\r\n`)).type).toBe('unclear')
    expect(await answered(`${head}${size}\r\n${ACCEPTED}\r\n0\r\n\r\n`)).toEqual(ACCEPTED_ANSWER)
  })
})
