defmodule StatusCollector do
  def start, do: spawn(fn -> loop(%{}) end)

  defp loop(statuses) do
    receive do
      {:report, service, status} ->
        IO.puts("#{service}: #{status}")
        loop(Map.put(statuses, service, status))

      {:get_all, from} ->
        send(from, {:statuses, statuses})
        loop(statuses)

      :stop ->
        IO.puts("Collector stopping")
    end
  end
end

pid = StatusCollector.start()
send(pid, {:report, "api", :healthy})
send(pid, {:report, "database", :degraded})
send(pid, {:report, "database", :healthy})
send(pid, {:get_all, self()})

receive do
  {:statuses, statuses} ->
    statuses
    |> Enum.map(fn {service, status} -> "#{service} is #{status}" end)
    |> Enum.join(", ")
    |> IO.puts()
end

send(pid, :stop)
Process.sleep(10)
