import { createServer } from 'node:net'

const [METHOD, HEADER, BODY] = [1, 2, 3]
const short = (text) => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)])
const long = (text) => Buffer.concat([number(text.length, 4), Buffer.from(text)])
const number = (value, bytes) => {
  const made = Buffer.alloc(bytes)
  made.writeUIntBE(value, Math.max(0, bytes - 6), Math.min(bytes, 6))
  return made
}

/** Says just enough of AMQP 0-9-1 for a client to declare a queue, and to have what it publishes delivered to who consumes. */
export function amqp() {
  const queues = new Map()
  return createServer((socket) => {
    let read = Buffer.alloc(0)
    let begun = false
    let publishedTo
    const frame = (type, channel, payload) =>
      socket.write(
        Buffer.concat([
          Buffer.from([type]),
          number(channel, 2),
          number(payload.length, 4),
          payload,
          Buffer.from([0xce]),
        ]),
      )
    const method = (channel, cls, id, ...parts) =>
      frame(METHOD, channel, Buffer.concat([number(cls, 2), number(id, 2), ...parts]))
    const deliver = (body) => {
      const consumer = queues.get(publishedTo)?.at(-1)
      if (consumer === undefined) return
      consumer(body)
    }
    const methods = {
      10.11: (channel) => method(channel, 10, 30, number(2_047, 2), number(131_072, 4), number(0, 2)),
      '10.40': (channel) => method(channel, 10, 41, short('')),
      '10.50': (channel) => method(channel, 10, 51),
      '20.10': (channel) => method(channel, 20, 11, long('')),
      '20.40': (channel) => method(channel, 20, 41),
      '50.10': (channel, args) => method(channel, 50, 11, nameIn(args, 2), number(0, 4), number(0, 4)),
      '60.20': (channel, args) => {
        const queue = nameIn(args, 2)
        const name = String(queue.subarray(1))
        method(channel, 60, 21, short('tag'))
        const consumer = (body) => {
          method(channel, 60, 60, short('tag'), number(1, 8), Buffer.from([0]), short(''), queue)
          frame(
            HEADER,
            channel,
            Buffer.concat([number(60, 2), number(0, 2), number(body.length, 8), number(0, 2)]),
          )
          frame(BODY, channel, body)
        }
        queues.set(name, [...(queues.get(name) ?? []), consumer])
      },
      '60.40': (_channel, args) => {
        const exchange = nameIn(args, 2)
        publishedTo = String(nameIn(args, 2 + exchange.length).subarray(1))
      },
    }
    socket.on('error', () => {})
    socket.on('data', (data) => {
      read = Buffer.concat([read, data])
      if (!begun) {
        if (read.length < 8) return
        begun = true
        read = read.subarray(8)
        method(0, 10, 10, Buffer.from([0, 9]), number(0, 4), long('PLAIN'), long('en_US'))
      }
      while (read.length >= 8 && read.length >= read.readUInt32BE(3) + 8) {
        const [type, channel, size] = [read[0], read.readUInt16BE(1), read.readUInt32BE(3)]
        const payload = read.subarray(7, 7 + size)
        read = read.subarray(size + 8)
        if (type === METHOD)
          methods[`${payload.readUInt16BE(0)}.${payload.readUInt16BE(2)}`]?.(channel, payload.subarray(4))
        else if (type === BODY) deliver(Buffer.from(payload))
      }
    })
  })
}

/** A short string, with its length before it. */
function nameIn(args, at) {
  return Buffer.from(args.subarray(at, at + 1 + args[at]))
}
