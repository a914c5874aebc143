defmodule API do
  def start do
    spawn(&loop/0)
  end

  defp loop do
    receive do
      {ref, from, "fail"} -> send(from, {ref, {:error, "it failed"}})
      {_, _, "say nothing"} -> :ok
      {ref, from, request} -> send(from, {ref, {:ok, String.upcase(request)}})
    end

    loop()
  end

  def call(server, request, timeout \\ 5_000) do
    ref = make_ref()
    send(server, {ref, self(), request})

    receive do
      {^ref, {:ok, data}} -> "ok: #{data}"
      {^ref, {:error, reason}} -> "error: #{reason}"
    after
      timeout -> "error: timeout"
    end
  end
end

service = API.start()
IO.puts(API.call(service, "shout this"))
IO.puts(API.call(service, "fail"))
IO.puts(API.call(service, "say nothing", 30))
IO.puts(API.call(service, "and again"))
