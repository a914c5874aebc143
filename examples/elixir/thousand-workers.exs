defmodule Worker do
  def work(number, server) do
    Process.sleep(:rand.uniform(300))
    send(server, {:work, number, :rand.uniform(1_000_000_000)})
  end
end

defmodule Server do
  # The stores are made up here: a round trip, and a line.
  def save(store, worker, result) do
    Process.sleep(1)
    IO.puts("Saved work from worker #{worker} in the #{store}: #{result}")
  end

  def serve(_report, _task_per_save, 0) do
    Process.sleep(:infinity)
  end

  def serve(report, task_per_save, left) do
    receive do
      {:work, worker, result} ->
        for store <- ["database", "object store"] do
          saving = fn ->
            send(report, :begun)
            save(store, worker, result)
            send(report, :saved)
          end

          if task_per_save, do: Task.start(saving), else: saving.()
        end

        serve(report, task_per_save, left - 1)
    end
  end
end

main = self()
workers = String.to_integer(System.get_env("WORKERS", "1000"))
task_per_save = System.argv() == ["task-per-save"]
server = spawn_link(fn -> Server.serve(main, task_per_save, workers) end)

for number <- 1..workers, do: Task.start(fn -> Worker.work(number, server) end)

{most, _, _} =
  for _ <- 1..(4 * workers), reduce: {0, 0, 0} do
    {most, begun, saved} ->
      {begun, saved} =
        receive do
          :begun -> {begun + 1, saved}
          :saved -> {begun, saved + 1}
        end

      {max(most, begun - saved), begun, saved}
  end

IO.puts("#{workers} results are in the database")
IO.puts("one save at a time: #{most == 1}")
