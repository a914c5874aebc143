# What the interop suite calls, and what runs its Elixir: `elixir service.exs` in a node.
defmodule Counter do
  use GenServer
  def init(n), do: {:ok, n}
  def handle_call({:add, by}, _, n), do: {:reply, n + by, n + by}
  def handle_call(:total, _, n), do: {:reply, n, n}
  def handle_call({:add_item, item, count}, _, n), do: {:reply, {item, count}, n}
  def handle_call(:raise, _, _), do: raise(ArgumentError, "no such thing")
  def handle_call(:badarith, _, n), do: {:reply, n / 0, n}
  def handle_call({:stop, reason}, _, n), do: {:stop, reason, n}
  def handle_call(:never, _, n), do: {:noreply, n}
  def handle_call({:later, value}, from, n) do
    spawn(fn -> GenServer.reply(from, value) end)
    {:noreply, n}
  end
  def handle_call({:callback, pid, request}, from, n) do
    spawn(fn -> GenServer.reply(from, GenServer.call(pid, request)) end)
    {:noreply, n}
  end
  def handle_cast(:reset_all, _), do: {:noreply, 0}
  def handle_cast({:set, n}, _), do: {:noreply, n}
  def handle_info({:tell, to, message}, n) do
    send(to, message)
    {:noreply, n}
  end
  def handle_info(_, n), do: {:noreply, n}
end

defmodule Runner do
  def loop do
    receive do
      {from, id, code} ->
        spawn(fn ->
          outcome =
            try do
              {value, _} = Code.eval_string(code)
              {:value, value}
            rescue
              e -> {:raised, Exception.message(e)}
            catch
              :exit, reason -> {:exit, Exception.format_exit(reason)}
              :throw, value -> {:throw, value}
            end
          send(from, {id, outcome})
        end)
        loop()
    end
  end
end

Process.register(spawn(&Runner.loop/0), :runner)
{:ok, _} = GenServer.start(Counter, 0, name: :counter)
IO.puts("ready")
if code = System.get_env("RUN"), do: IO.inspect({:ran, elem(Code.eval_string(code), 0)})
Process.sleep(:infinity)
