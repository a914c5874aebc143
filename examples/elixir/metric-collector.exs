defmodule MetricCollector do
  def start_link do
    pid = spawn_link(fn -> loop(%{}) end)
    Process.register(pid, __MODULE__)
    pid
  end

  def record(metric, value), do: send(__MODULE__, {:record, metric, value})

  def average(metric) do
    send(__MODULE__, {:average, metric, self()})

    receive do
      {:average, average} -> :erlang.float_to_binary(average, decimals: 2)
      :not_found -> "not found"
    after
      1_000 -> "no answer"
    end
  end

  defp loop(metrics) do
    receive do
      {:record, metric, value} ->
        loop(Map.update(metrics, metric, [value], &[value | &1]))

      {:average, metric, from} ->
        case metrics do
          %{^metric => values} -> send(from, {:average, Enum.sum(values) / length(values)})
          _ -> send(from, :not_found)
        end

        loop(metrics)

      :stop ->
        IO.puts("Stopping collector")
    end
  end
end

pid = MetricCollector.start_link()

1..100
|> Enum.map(fn n -> Task.async(fn -> MetricCollector.record("cpu_usage", n) end) end)
|> Enum.each(&Task.await/1)

IO.puts("Average CPU: #{MetricCollector.average("cpu_usage")}%")
IO.puts("Average memory: #{MetricCollector.average("memory")}")
ref = Process.monitor(pid)
send(pid, :stop)

receive do
  {:DOWN, ^ref, :process, _, _} -> :ok
end
