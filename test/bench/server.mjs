// A Paygent that answers at once: no ledger, nothing but TLS with a client certificate and the right fields.
import { createServer } from 'node:https'
import { makeCertificates } from '../../build/bench/simulator/certificates.js'

const certificates = await makeCertificates()
const { ca, serverCert, serverKey, clientCert, passphrase } = certificates
const tls = { ca, cert: serverCert, key: serverKey, requestCert: true, rejectUnauthorized: true }

const server = createServer({ ...tls, keepAliveTimeout: 60_000 }, (request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    const fields = new URLSearchParams(Buffer.concat(chunks).toString())
    const lines = ['result=0', 'response_code=', 'response_detail=', `payment_id=${fields.get('payment_id')}`]
    lines.push(`trading_id=${fields.get('trading_id')}`)
    if (fields.get('telegram_kind') === '094') {
      lines.push('payment_type=06', 'payment_status=20', 'payment_amount=1000', 'career_type=4')
    }
    const body = `${lines.join('\r\n')}\r\n`
    response.writeHead(200, { 'Content-Type': 'text/html; charset=Windows-31J', 'Content-Length': body.length })
    response.end(body)
  })
})
server.listen(0, '127.0.0.1', () => {
  const url = `https://127.0.0.1:${server.address().port}`
  process.send({ url, ca, clientCert, passphrase })
})
process.on('disconnect', () => process.exit(0))
