# Look-ups of ten thousand keys, one after the other, over and over.
defmodule :bench_registry do
  @keys 10_000

  def run(size) do
    # Who registers is linked to the registry.
    Process.flag(:trap_exit, true)
    {:ok, registry} = Registry.start_link(keys: :unique, name: BenchRegistry)
    for key <- 1..@keys, do: {:ok, _} = Registry.register(BenchRegistry, "key #{key}", key)
    keys = for key <- 1..@keys, do: "key #{key}"
    began = :bench.start()
    found = look_up(keys, keys, size, self(), 0)
    sample = :bench.per_operation(began, found)
    Process.unlink(registry)
    Supervisor.stop(registry)
    sample
  end

  defp look_up(_keys, _all, 0, _me, found), do: found
  defp look_up([], all, left, me, found), do: look_up(all, all, left, me, found)

  defp look_up([key | keys], all, left, me, found) do
    case Registry.lookup(BenchRegistry, key) do
      [{^me, _value}] -> look_up(keys, all, left - 1, me, found + 1)
      _ -> look_up(keys, all, left - 1, me, found)
    end
  end
end
