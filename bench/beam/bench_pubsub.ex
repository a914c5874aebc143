# A thousand GenServers hear each message; size counts deliveries. What Phoenix.PubSub does, on Elixir's own Registry.
defmodule :bench_pubsub do
  @subscribers 1_000

  def run(size) do
    {:ok, registry} = Registry.start_link(keys: :duplicate, name: BenchPubSub)
    subscribers = min(@subscribers, size)
    times = div(size, subscribers)
    counter = :bench.counter(subscribers)

    pids =
      for _ <- 1..subscribers do
        {:ok, pid} = GenServer.start_link(:bench_subscriber, {times, counter})
        pid
      end

    began = :bench.start()
    for n <- 1..times, do: broadcast({:news, n})
    heard = :bench.counted(counter) * times
    sample = :bench.per_operation(began, heard)
    :bench.stop_all(pids)
    Process.unlink(registry)
    Supervisor.stop(registry)
    sample
  end

  defp broadcast(message) do
    Registry.dispatch(BenchPubSub, "news", fn entries ->
      for {pid, _} <- entries, do: send(pid, message)
    end)
  end
end

defmodule :bench_subscriber do
  use GenServer

  def init({times, counter}) do
    {:ok, _} = Registry.register(BenchPubSub, "news", nil)
    {:ok, {times, counter}}
  end

  def handle_info({:news, _}, {1, counter}) do
    send(counter, :heard_all)
    {:noreply, {0, counter}}
  end

  def handle_info({:news, _}, {left, counter}), do: {:noreply, {left - 1, counter}}
end
