brief = spawn(fn -> Process.sleep(50) end)
ref = Process.monitor(brief)

receive do
  {:DOWN, ^ref, :process, _, reason} -> IO.puts("Process exited: #{reason}")
end

Process.monitor(brief)

receive do
  {:DOWN, _, :process, _, reason} -> IO.puts("Process exited: #{reason}")
end

defmodule Worker do
  def run(id) do
    IO.puts("Worker #{id} working…")
    Process.sleep(20 * id)
    exit("worker #{id} gave up")
  end
end

for id <- 1..3, do: Process.monitor(spawn(fn -> Worker.run(id) end))

for _ <- 1..3 do
  receive do
    {:DOWN, _, :process, _, reason} -> IO.puts("Worker died: #{reason}")
  end
end
