defmodule HealthChecker do
  # What the services would answer: every tenth is down.
  defp get("api-" <> n), do: if(rem(String.to_integer(n), 10) == 0, do: 503, else: 200)

  def check(name, main) do
    spawn(fn ->
      case get(name) do
        200 -> IO.puts("✓ #{name} is healthy")
        _ -> IO.puts("✗ #{name} is down")
      end

      send(main, :checked)
    end)
  end
end

for n <- 1..100, do: HealthChecker.check("api-#{n}", self())

for _ <- 1..100 do
  receive do
    :checked -> :ok
  end
end

IO.puts("all 100 are checked")
