defmodule Pool do
  def worker(queue) do
    send(queue, {:free, self()})

    receive do
      {:job, job} ->
        Process.sleep(1 + rem(job, 5))
        send(queue, {:done, job * job})
        worker(queue)
    end
  end
end

queue = self()
workers = for _ <- 1..10, do: spawn(fn -> Pool.worker(queue) end)

for job <- 1..100 do
  receive do
    {:free, worker} -> send(worker, {:job, job})
  end
end

sum =
  for _ <- 1..100, reduce: 0 do
    sum ->
      receive do
        {:done, result} -> sum + result
      end
  end

IO.puts("#{length(workers)} workers did 100 jobs; the sum of their results is #{sum}")
