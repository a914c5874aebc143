# What crashes is logged; what is compared is the rest.
Logger.configure(level: :none)

spawn(fn ->
  Process.sleep(50)
  IO.puts("Background work is done")
end)

Task.start(fn ->
  Process.sleep(200)
  IO.puts("And so is the task")
end)

Task.start(fn -> raise "This one crashes, and only the log hears of it" end)
IO.puts("I did not wait")
Process.sleep(500)
IO.puts("I am still here")
