// Starts a server, prints its address, and waits to be killed.
import { startServer } from './database-server.js'
import { MYSQL } from './mysql-server.js'
import { POSTGRES } from './postgres-server.js'

const server = await startServer(process.argv[2] === 'mysql' ? MYSQL : POSTGRES)
process.stdout.write(`${JSON.stringify({ port: server.port, socket: server.socket })}\n`)
