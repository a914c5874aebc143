# What crashes is logged; what is compared is the rest.
Logger.configure(level: :none)

main = self()

{parent, ref} =
  spawn_monitor(fn ->
    child =
      spawn_link(fn ->
        receive do
          :fail -> raise "Oops!"
        end
      end)

    send(main, {:child, child})
    Process.sleep(:infinity)
  end)

bystander = spawn(fn -> Process.sleep(:infinity) end)

child =
  receive do
    {:child, child} -> child
  end

alive = fn ->
  "parent #{Process.alive?(parent)}, child #{Process.alive?(child)}, bystander #{Process.alive?(bystander)}"
end

IO.puts("before: #{alive.()}")
send(child, :fail)

receive do
  {:DOWN, ^ref, :process, _, {error, _stack}} ->
    IO.puts("the parent went down: #{Exception.message(error)}")
end

IO.puts("after: #{alive.()}")
