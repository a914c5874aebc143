# What crashes is logged; what is compared is the rest.
Logger.configure(level: :none)

defmodule TodoList do
  def start, do: spawn(fn -> loop([]) end)

  def loop(items) do
    receive do
      {:add, item} ->
        loop([item | items])

      {:all, from} ->
        send(from, {:list, items})
        loop(items)

      :boom ->
        raise "BOOM!"
    end
  end
end

list = TodoList.start()
send(list, {:add, "Wash hair"})
send(list, {:add, "Do dishes"})
send(list, {:add, "Finish workshop"})

send(list, {:all, self()})

receive do
  {:list, items} -> IO.puts(Enum.join(items, ", "))
end

send(list, :boom)
Process.sleep(10)
IO.puts("alive after the boom: #{Process.alive?(list)}")
