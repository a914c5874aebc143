import promised from 'amqplib'
import amqp from 'amqplib/callback_api.js'
import { lost } from '../lost.js'

export const server = 'amqp'
export const open = async (port) => {
  const connection = await promised.connect(`amqp://127.0.0.1:${port}`)
  return { amqp, connection, port }
}
export const use = async ({ connection }) => {
  const channel = await connection.createChannel()
  await channel.assertQueue('work')
  await new Promise((resolve) => {
    void channel.consume('work', resolve, { noAck: true })
    channel.sendToQueue('work', Buffer.from('x'))
  })
  await channel.close()
}
export const close = ({ connection }) => connection.close()
export const failures = {
  callback: ({ port, amqp: module }) => module.connect(`amqp://127.0.0.1:${port}`, lost),
  'callback, of what consumes': async ({ connection }) => {
    const channel = await connection.createChannel()
    await channel.assertQueue('mine')
    await channel.consume('mine', lost, { noAck: true })
    channel.sendToQueue('mine', Buffer.from('x'))
  },
  listener: async ({ connection }) => {
    const channel = await connection.createChannel()
    channel.once('close', lost)
    await channel.close()
  },
  rejection: async ({ connection }) => {
    await connection.createChannel()
    lost()
  },
}
