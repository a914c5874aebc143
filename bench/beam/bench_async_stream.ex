# A task for each number, eight at a time, results in order.
defmodule :bench_async_stream do
  def run(size) do
    began = :bench.start()

    seen =
      1..size
      |> Task.async_stream(fn n -> n + 1 end, max_concurrency: 8)
      |> Enum.reduce({0, 0}, fn {:ok, value}, {sum, count} -> {sum + value, count + 1} end)

    {_sum, count} = seen
    :bench.per_operation(began, count)
  end
end
