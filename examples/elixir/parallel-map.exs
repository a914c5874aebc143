defmodule Parallel do
  def map(items, fun) do
    items
    |> Enum.map(&Task.async(fn -> fun.(&1) end))
    |> Enum.map(&Task.await/1)
  end
end

[1, 2, 3, 4, 5]
|> Parallel.map(fn n ->
  Process.sleep(300 - 50 * n)
  IO.puts("#{n} is done")
  n * n
end)
|> Enum.join(" ")
|> IO.puts()
