defmodule HealthChecker do
  def start_link do
    pid = spawn_link(&loop/0)
    Process.register(pid, :health_checker)
    pid
  end

  def check(service) do
    send(:health_checker, {:check, service, self()})

    receive do
      {:result, ^service, status} -> status
    after
      200 -> "no answer in time"
    end
  end

  defp loop do
    receive do
      {:check, service, from} ->
        if service == "slow", do: Process.sleep(1_000)
        send(from, {:result, service, :healthy})
        loop()
    end
  end
end

pid = HealthChecker.start_link()
IO.puts("registered: health_checker, the same process: #{Process.whereis(:health_checker) == pid}")
IO.puts("api: #{HealthChecker.check("api")}")
IO.puts("slow: #{HealthChecker.check("slow")}")
IO.puts("nobody bears another name: #{Process.whereis(:somebody_else) == nil}")
