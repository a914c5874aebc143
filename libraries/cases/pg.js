import pg from 'pg'
import { lost } from '../lost.js'

export const server = 'postgres'
export const open = (port) =>
  new pg.Pool({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres', max: 1 })
export const use = (pool) => pool.query('SELECT 1 AS one')
export const close = (pool) => pool.end()
export const failures = {
  callback: (pool) => pool.query('SELECT 1', lost),
  'callback of a client': (pool) => pool.connect(lost),
  listener: async (pool) => {
    const client = await pool.connect()
    client.once('notice', lost)
    await client.query("DO $$ BEGIN RAISE NOTICE 'x'; END $$").finally(() => client.release())
  },
  'query of a class': async (pool) => {
    const client = await pool.connect()
    client.query(
      new pg.Query('SELECT 1', () => {
        client.release()
        lost()
      }),
    )
  },
  rejection: async (pool) => {
    await pool.query('SELECT 1')
    lost()
  },
}
