/** Map over a list with a task for each element. */
import { sleep, Task } from 'heartwood'

function parallelMap<A, B>(items: readonly A[], fn: (item: A) => B | Promise<B>): Promise<Awaited<B>[]> {
  const tasks = items.map((item) => Task.async(() => fn(item)))
  return Promise.all(tasks.map((task) => task.await())) as Promise<Awaited<B>[]>
}

const squares = await parallelMap([1, 2, 3, 4, 5], async (n) => {
  await sleep(300 - 50 * n)
  console.log(`${n} is done`)
  return n * n
})
console.log(squares.join(' '))
