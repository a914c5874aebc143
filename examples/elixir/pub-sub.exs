defmodule PubSubServer do
  def start(on_subscribe \\ nil), do: spawn(fn -> run([], on_subscribe) end)

  def publish(server, news), do: send(server, {:publish, news})

  def subscribe(server, handler) do
    send(server, {:subscribe, self()})
    listen(handler)
  end

  defp listen(handler) do
    receive do
      {:news, news} -> handler.(news)
    end

    listen(handler)
  end

  defp run(subscribers, on_subscribe) do
    receive do
      {:publish, news} ->
        IO.puts("Publishing...")
        Enum.each(subscribers, &send(&1, {:news, news}))
        run(subscribers, on_subscribe)

      {:subscribe, subscriber} ->
        IO.puts("Subscribing...")
        if on_subscribe, do: on_subscribe.(subscriber)
        run([subscriber | subscribers], on_subscribe)
    end
  end
end

listeners = 10

start_listeners = fn server, written ->
  for _ <- 1..listeners do
    spawn(fn ->
      PubSubServer.subscribe(server, fn news ->
        IO.puts("#{inspect(self())} received:  #{news}")
        if written, do: written.()
      end)
    end)
  end
end

all = fn what ->
  for _ <- 1..listeners do
    receive do
      ^what -> :ok
    end
  end
end

main = self()

case System.argv() do
  ["too-soon"] ->
    server = PubSubServer.start()
    start_listeners.(server, nil)
    PubSubServer.publish(server, "Hello everyone!")
    Process.sleep(100)

  ["no-wait"] ->
    server = PubSubServer.start()
    start_listeners.(server, nil)
    Process.sleep(100)
    PubSubServer.publish(server, "Hello everyone!")

  _told ->
    server = PubSubServer.start(fn _ -> send(main, :subscribed) end)
    start_listeners.(server, fn -> send(main, :written) end)
    all.(:subscribed)
    PubSubServer.publish(server, "Hello everyone!")
    all.(:written)
end
