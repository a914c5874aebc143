import { createServer } from 'node:net'
import { BSON } from 'mongodb'

const OP_MSG = 2013
const HELLO = {
  ok: 1,
  isWritablePrimary: true,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  minWireVersion: 0,
  maxWireVersion: 25,
}

/** Says just enough of MongoDB's protocol for a client to find two documents in whatever it asks for. */
export function mongodb() {
  return createServer((socket) => {
    let read = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('data', (data) => {
      read = Buffer.concat([read, data])
      while (read.length >= 16 && read.length >= read.readInt32LE(0)) {
        const message = read.subarray(0, read.readInt32LE(0))
        read = read.subarray(message.length)
        const asked = BSON.deserialize(message.subarray(21, 21 + message.readInt32LE(21)))
        socket.write(answer(message.readInt32LE(4), answerTo(asked)))
      }
    })
  })
}

function answerTo(asked) {
  if ('hello' in asked) return HELLO
  if ('find' in asked) {
    return {
      ok: 1,
      cursor: { id: BSON.Long.fromNumber(0), ns: 'shop.orders', firstBatch: [{ one: 1 }, { one: 2 }] },
    }
  }
  return { ok: 1 }
}

function answer(to, document) {
  const body = BSON.serialize(document)
  const head = Buffer.alloc(21)
  head.writeInt32LE(21 + body.length, 0)
  head.writeInt32LE(to, 8)
  head.writeInt32LE(OP_MSG, 12)
  return Buffer.concat([head, body])
}
