defmodule Forever do
  def loop(pause) do
    Process.sleep(pause)
    IO.puts("Looping")
    loop(pause)
  end
end

looper = spawn(fn -> Forever.loop(200) end)

mailbox = fn ->
  {:message_queue_len, length} = Process.info(looper, :message_queue_len)
  {:messages, messages} = Process.info(looper, :messages)
  "#{length} [#{Enum.join(messages, ", ")}]"
end

IO.puts("in the mailbox: #{mailbox.()}")
send(looper, :stop)
Process.sleep(300)
IO.puts("in the mailbox: #{mailbox.()}")
send(looper, :start)
IO.puts("in the mailbox: #{mailbox.()}")
Process.sleep(200)
