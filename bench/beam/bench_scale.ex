# The cost of operations in ever larger populations under a DynamicSupervisor.
defmodule :bench_scale do
  @spoken_to 1_000
  @times 20
  @started 2_000
  @crashed 100

  def run(size) do
    Process.flag(:trap_exit, true)
    populations = Stream.iterate(min(1_000, size), &(&1 * 10)) |> Enum.take_while(&(&1 <= size))
    all = for population <- populations, do: {population, costs_in(population)}
    extra = for {population, costs} <- all, {name, ns} <- costs, do: {"#{name} #{population}", ns}

    worst =
      for name <- [:send, :call, :start, :restart] do
        costs = for {_, costs} <- all, do: costs[name]
        Enum.max(costs) / Enum.min(costs)
      end

    {List.last(populations), Enum.max(worst), extra}
  end

  defp costs_in(population) do
    {:ok, supervisor} =
      DynamicSupervisor.start_link(strategy: :one_for_one, max_restarts: @crashed * 10, max_seconds: 3600)

    pids = for _ <- 1..population, do: start_worker(supervisor, nil)
    every = div(population, min(@spoken_to, population))
    spoken = pids |> Enum.take_every(every) |> Enum.take(@spoken_to)

    costs = [
      send: sending(spoken),
      call: calling(spoken),
      start: starting(supervisor),
      restart: restarting(supervisor)
    ]

    Process.exit(supervisor, :shutdown)

    receive do
      {:EXIT, ^supervisor, :shutdown} -> costs
    end
  end

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
    Enum.reduce(1..@crashed, pid, fn _, pid -> GenServer.cast(pid, :crash) && up() end)
    per(began, @crashed)
  end

  defp up do
    receive do
      {:up, pid} -> pid
    end
  end

  defp per(began, count) do
    {ns, _cpu} = :bench.cost(began, count)
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
