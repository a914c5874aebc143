defmodule ParallelHealthChecker do
  def check_all(services) do
    services
    |> Enum.map(&Task.async(fn -> check(&1) end))
    |> Enum.map(&Task.await/1)
  end

  defp check(service) do
    Process.sleep(String.length(service) * 5)
    {service, if(String.starts_with?(service, "old"), do: :unhealthy, else: :healthy)}
  end
end

sum = Task.async(fn -> 1 + 1 end)
IO.puts("a task that adds: #{Task.await(sum)}")

for {service, health} <- ParallelHealthChecker.check_all(["payments", "api", "old-billing", "search"]) do
  IO.puts("#{service} is #{health}")
end
