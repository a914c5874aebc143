# What crashes is logged; what is compared is the rest.
Logger.configure(level: :none)

defmodule HandMade do
  def start(report) do
    spawn(fn ->
      Process.flag(:trap_exit, true)
      supervise(report)
    end)
  end

  defp supervise(report) do
    worker = spawn_link(&work/0)
    send(report, {:child, worker})

    receive do
      {:EXIT, ^worker, {error, _stack}} ->
        IO.puts("Worker crashed: #{Exception.message(error)}")
        IO.puts("Restarting…")
        supervise(report)
    end
  end

  defp work do
    receive do
      :crash ->
        raise "Intentional crash"

      message ->
        IO.puts("Processing: #{message}")
        work()
    end
  end
end

started = fn ->
  receive do
    {:child, child} -> child
  end
end

HandMade.start(self())
first = started.()
send(first, :one)
send(first, :crash)
second = started.()
send(second, :two)
Process.sleep(10)
IO.puts("the same worker: #{first == second}")
