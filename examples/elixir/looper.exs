defmodule Looper do
  def start, do: spawn(&loop/0)

  def loop do
    receive do
      :stop -> IO.puts("Nope. I won't stop")
      :hello -> IO.puts("Hi there")
    end

    loop()
  end
end

looper = Looper.start()
send(looper, :stop)
send(looper, "stays in the mailbox")
send(looper, :hello)
Process.sleep(10)
{:messages, waiting} = Process.info(looper, :messages)
IO.puts("still waiting: #{Enum.join(waiting, ", ")}")
