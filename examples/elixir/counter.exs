defmodule Counter do
  def loop(count) do
    receive do
      {:increment, from} ->
        send(from, {:count, count + 1})
        loop(count + 1)

      {:get, from} ->
        send(from, {:count, count})
        loop(count)
    end
  end

  def ask(pid, what) do
    send(pid, {what, self()})

    receive do
      {:count, count} -> count
    end
  end
end

pid = spawn(fn -> Counter.loop(0) end)

IO.puts("#{Counter.ask(pid, :increment)} #{Counter.ask(pid, :increment)} #{Counter.ask(pid, :get)}")

main = self()

for _ <- 1..100 do
  spawn(fn ->
    Counter.ask(pid, :increment)
    send(main, :counted)
  end)
end

for _ <- 1..100 do
  receive do
    :counted -> :ok
  end
end

IO.puts(Counter.ask(pid, :get))
