import { createServer } from 'node:net'

const [PRODUCE, METADATA, API_VERSIONS] = [0, 3, 18]
const i16 = (value) => Buffer.from([(value >> 8) & 255, value & 255])
const i32 = (value) => Buffer.concat([i16(value >> 16), i16(value & 65_535)])
const i64 = (value) => Buffer.concat([i32(value < 0 ? -1 : 0), i32(value)])
const text = (value) => Buffer.concat([i16(value.length), Buffer.from(value)])
const list = (...items) => Buffer.concat([i32(items.length), ...items])

/** Says just enough of Kafka's protocol for a producer to send to the one partition of the topic `t`. */
export function kafka() {
  const server = createServer((socket) => {
    let read = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('data', (data) => {
      read = Buffer.concat([read, data])
      while (read.length >= 4 && read.length >= read.readInt32BE(0) + 4) {
        const request = read.subarray(4, read.readInt32BE(0) + 4)
        read = read.subarray(request.length + 4)
        const body = Buffer.concat([
          i32(request.readInt32BE(4)),
          answerTo(request.readInt16BE(0), server.address().port),
        ])
        socket.write(Buffer.concat([i32(body.length), body]))
      }
    })
  })
  return server
}

function answerTo(key, port) {
  const known = (api, most) => Buffer.concat([i16(api), i16(0), i16(most)])
  if (key === API_VERSIONS) {
    return Buffer.concat([i16(0), list(known(PRODUCE, 2), known(METADATA, 1), known(API_VERSIONS, 0))])
  }
  if (key === METADATA) {
    const broker = Buffer.concat([i32(1), text('127.0.0.1'), i32(port), i16(-1)])
    const partition = Buffer.concat([i16(0), i32(0), i32(1), list(i32(1)), list(i32(1))])
    return Buffer.concat([
      list(broker),
      i32(1),
      list(Buffer.concat([i16(0), text('t'), Buffer.from([0]), list(partition)])),
    ])
  }
  const partition = Buffer.concat([i32(0), i16(0), i64(0), i64(-1)])
  return Buffer.concat([list(Buffer.concat([text('t'), list(partition)])), i32(0)])
}
