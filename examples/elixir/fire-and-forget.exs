# What crashes is logged; what is compared is the rest.
Logger.configure(level: :none)

spawn(fn ->
  Process.sleep(20)
  IO.puts("Background work is done")
end)

Task.start(fn ->
  Process.sleep(40)
  IO.puts("And so is the task")
end)

Task.start(fn -> raise "This one crashes, and only the log hears of it" end)
IO.puts("I did not wait")
Process.sleep(80)
IO.puts("I am still here")
