import { Kafka, logLevel } from 'kafkajs'
import { lost } from '../lost.js'

export const server = 'kafka'
export const open = async (port) => {
  const kafka = new Kafka({
    brokers: [`127.0.0.1:${port}`],
    logLevel: logLevel.NOTHING,
    retry: { retries: 0 },
  })
  return { kafka, producer: kafka.producer({ createPartitioner: () => () => 0 }) }
}
const record = { topic: 't', messages: [{ value: 'x' }] }
export const use = async ({ producer }) => {
  await producer.connect()
  await producer.send(record)
}
export const close = ({ producer }) => producer.disconnect()
export const failures = {
  callback: async ({ kafka }) => {
    const own = kafka.producer({ createPartitioner: () => lost })
    await own.connect()
    await own.send(record)
  },
  listener: async ({ producer }) => {
    producer.on(producer.events.REQUEST, () => setImmediate(lost))
    await producer.send(record)
  },
  rejection: async ({ producer }) => {
    await producer.send(record)
    lost()
  },
}
