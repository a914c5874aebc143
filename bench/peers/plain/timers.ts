import { began, cost, type Sample } from '../../harness/sample.js'

/** Node's own `setTimeout` and `clearTimeout`. */
export async function work(size: number): Promise<Sample> {
  const fire = Math.max(1, Math.floor(size / 100))
  const armed: NodeJS.Timeout[] = []
  let fired = 0
  let all: () => void = () => {}
  const done = new Promise<void>((resolve) => {
    all = resolve
  })
  const due = (): void => {
    if (++fired === fire) all()
  }
  const start = began()
  for (let i = fire; i < size; i++) armed.push(setTimeout(() => {}, 60_000))
  for (let i = 0; i < fire; i++) setTimeout(due, 20)
  for (const timer of armed) clearTimeout(timer)
  const spent = cost(start, size)
  await done
  return { counted: armed.length + fired, ...spent }
}
