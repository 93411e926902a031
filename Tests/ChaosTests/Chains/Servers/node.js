// Records each request that it reads whole as a line of JSON.
const http = require('http'), fs = require('fs')
const [port, file] = process.argv.slice(2)
const server = http.createServer((request, response) => {
  const pieces = []
  request.on('data', (piece) => pieces.push(piece))
  request.on('end', () => {
    const seen = { method: request.method, target: request.url, body: Buffer.concat(pieces).toString('latin1') }
    fs.appendFileSync(file, JSON.stringify(seen) + '\n')
    response.setHeader('content-type', 'text/plain')
    response.end('seen ' + request.url)
  })
})
server.keepAliveTimeout = 60000
server.listen(Number(port), '127.0.0.1')
