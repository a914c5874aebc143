IO.puts("#{inspect(self())} is a process launching other processes...")

receiver =
  spawn(fn ->
    IO.puts("#{inspect(self())} is a process listening for messages...")

    receive do
      %{from: from, content: content} ->
        IO.puts("#{inspect(self())} received this message from #{inspect(from)}:  #{content}")
    end
  end)

ref = Process.monitor(receiver)
# On the BEAM the two run at the same time: this lets the listener speak first.
Process.sleep(10)

spawn(fn ->
  IO.puts("#{inspect(self())} is a process sending messages...")
  send(receiver, %{from: self(), content: "Hello other process!"})
end)

receive do
  {:DOWN, ^ref, :process, _, _} -> :ok
end
