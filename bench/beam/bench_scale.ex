# The cost of operations in ever larger populations under a DynamicSupervisor.
defmodule :bench_scale do
  @spoken_to 1_000
  @times 5
  @started 500
  @crashed 20
  # Each is measured so often, and the best counts: what else the machine does is no property of the population.
  @tries 20

  def run(size) do
    Process.flag(:trap_exit, true)
    populations = Stream.iterate(min(1_000, size), &(&1 * 10)) |> Enum.take_while(&(&1 <= size))

    {:ok, supervisor} =
      DynamicSupervisor.start_link(strategy: :one_for_one, max_restarts: 10_000, max_seconds: 3600)

    {all, pids} =
      Enum.map_reduce(populations, [], fn population, pids ->
        pids = grown(supervisor, pids, population - length(pids))
        {{population, costs_in(supervisor, pids)}, pids}
      end)

    Process.exit(supervisor, :kill)

    receive do
      {:EXIT, ^supervisor, :killed} -> :ok
    end

    extra = for {population, costs} <- all, {name, ns} <- costs, do: {"#{name} #{population}", ns}

    worst =
      for name <- [:send, :call, :start, :restart] do
        costs = for {_, costs} <- all, do: costs[name]
        Enum.max(costs) / Enum.min(costs)
      end

    {length(pids), Enum.max(worst), extra}
  end

  defp grown(_supervisor, pids, 0), do: pids
  defp grown(supervisor, pids, left), do: grown(supervisor, [start_worker(supervisor, nil) | pids], left - 1)

  defp costs_in(supervisor, pids) do
    every = max(1, div(length(pids), @spoken_to))
    spoken = Enum.take_every(pids, every)

    [
      send: best(fn -> sending(spoken) end),
      call: best(fn -> calling(spoken) end),
      start: best(fn -> starting(supervisor) end),
      restart: best(fn -> restarting(supervisor) end)
    ]
  end

  defp best(measure), do: Enum.min(for _ <- 1..@tries, do: measure.())

  defp start_worker(supervisor, main) do
    {:ok, pid} =
      DynamicSupervisor.start_child(supervisor, %{
        id: :worker,
        start: {GenServer, :start_link, [:bench_scale_worker, main]}
      })

    pid
  end

  defp sending(pids) do
    counter = :bench.counter(@times * length(pids))
    began = :bench.start()
    for _ <- 1..@times, pid <- pids, do: GenServer.cast(pid, {:tell, counter})
    per(began, :bench.counted(counter))
  end

  defp calling(pids) do
    began = :bench.start()
    for _ <- 1..@times, pid <- pids, do: GenServer.call(pid, {:add, 1})
    per(began, @times * length(pids))
  end

  defp starting(supervisor) do
    began = :bench.start()

    for _ <- 1..@started do
      pid = start_worker(supervisor, nil)
      :ok = DynamicSupervisor.terminate_child(supervisor, pid)
    end

    per(began, @started)
  end

  defp restarting(supervisor) do
    start_worker(supervisor, self())
    pid = up()
    began = :bench.start()
    last = Enum.reduce(1..@crashed, pid, fn _, pid -> GenServer.cast(pid, :crash) && up() end)
    ns = per(began, @crashed)
    :ok = DynamicSupervisor.terminate_child(supervisor, last)
    ns
  end

  defp up do
    receive do
      {:up, pid} -> pid
    end
  end

  defp per(began, count) do
    {_clock, ns} = :bench.cost(began, count)
    ns
  end
end

defmodule :bench_scale_worker do
  use GenServer

  def init(nil), do: {:ok, 0}

  def init(main) do
    send(main, {:up, self()})
    {:ok, 0}
  end

  def handle_call({:add, by}, _from, value), do: {:reply, value + by, value + by}

  def handle_cast({:tell, pid}, value) do
    send(pid, :told)
    {:noreply, value}
  end

  def handle_cast(:crash, _value), do: raise("oops")
end
