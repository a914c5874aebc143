import { Writable } from 'node:stream'
import mysql from 'mysql2'
import { lost } from '../lost.js'

export const server = 'mariadb'
export const open = (port) => mysql.createPool({ host: '127.0.0.1', port, user: 'root', connectionLimit: 1 })
export const use = (pool) => pool.promise().query('SELECT 1 AS one')
export const close = (pool) => pool.promise().end()
export const failures = {
  callback: (pool) => pool.query('SELECT 1', lost),
  listener: (pool) => pool.query('SELECT 1').on('result', lost),
  'stream that rows are piped into': (pool) => {
    pool
      .query('SELECT 1')
      .stream()
      .pipe(new Writable({ objectMode: true, write: () => setImmediate(lost) }))
  },
  rejection: async (pool) => {
    await pool.promise().query('SELECT 1')
    lost()
  },
}
