// Errors in English: the way to Paygent. How the templates are filled stands in error-template.ts.
import type { ErrorTemplate } from '../error-template.js'

const FAULT = '[ ({code})][ Detail: {detail}.][ Phase: {phase}.][ Cause: {problem}.]'

export const GATEWAY_EN = {
  'certificate-unusable': {
    message: 'The certificate cannot be used[: {what}][ ({problem})].',
    next: 'Check PAYGENT_CLIENT_CERT and PAYGENT_CA_CERT; "paygent doctor" shows their dates.',
  },
  'passphrase-wrong': {
    message: 'The pass phrase of the client certificate does not open it[: {path}].[ {problem}.]',
    next: 'Check PAYGENT_CLIENT_CERT_PASSPHRASE.',
  },
  'server-not-verified': {
    message: `The other side could not be verified to be Paygent.${FAULT}`,
    next: 'Check PAYGENT_CA_CERT and any proxy in between, and do not send until it is verified.',
  },
  'client-certificate-refused': {
    message: `The client certificate was refused.${FAULT}`,
    next: 'Check its dates and that it belongs to this environment; "paygent doctor" helps.',
  },
  'login-refused': {
    message: `Paygent refused the login.${FAULT}`,
    next: 'Check merchant id, connect id, password and the address you connect from; "paygent doctor" helps.',
  },
  'gateway-closed': {
    message: `Paygent is closed (maintenance or the like).${FAULT}`,
    next: 'Run it again once it is open.',
  },
  'gateway-unreachable': {
    message: `Paygent cannot be reached.${FAULT}`,
    next: 'Check the network and the proxy (PAYGENT_PROXY), then run it again.',
  },
  'gateway-not-understood': {
    message: `Paygent's answer could not be understood.${FAULT}`,
    next: 'Run it again after a while; if it goes on, show the log to your administrator.',
  },
  'payment-unanswered': {
    message: 'Paygent does not answer about the payment of order {order}[ ({code})]. Nothing was entered.',
    next: 'Run "paygent settle {order}" again after a while.',
  },
  'open-unanswered': {
    message:
      'The outcome of the request for order {order} is unknown, and Paygent does not answer about it[ ({code})].',
    next: 'Run "paygent reconcile" after a while; go on once it has answered.',
  },
} as const satisfies Record<string, ErrorTemplate>
