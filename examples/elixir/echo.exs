defmodule Echo do
  def start, do: spawn(&loop/0)

  defp loop do
    receive do
      {:echo, message, from} ->
        send(from, {:ok, message})
        loop()

      :stop ->
        IO.puts("Stopping")
    end
  end
end

pid = Echo.start()

for message <- ["hello", "is anybody there?"] do
  send(pid, {:echo, message, self()})

  receive do
    {:ok, answer} -> IO.puts("Got: #{answer}")
  end
end

send(pid, :stop)
Process.sleep(10)
IO.puts("alive: #{Process.alive?(pid)}")
