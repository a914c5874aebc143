# The Elixir half: a billing service. `npm run examples:nodes` starts it beside the shop.
defmodule Billing do
  use GenServer

  def start_link(_), do: GenServer.start_link(__MODULE__, %{}, name: :billing)

  @impl true
  def init(bills) do
    :pg.join(:market, :services, self())
    {:ok, bills}
  end

  @impl true
  def handle_call({:charge, customer, cents}, _from, bills) do
    bills = Map.update(bills, customer, cents, &(&1 + cents))
    {:reply, bills[customer], bills}
  end

  # Asks the shop, which is on the other node, before it answers.
  def handle_call({:close, customer}, from, bills) do
    [shop] = for pid <- :pg.get_members(:market, :shops), node(pid) != node(), do: pid

    spawn_link(fn ->
      items = GenServer.call(shop, {:items_of, customer})
      GenServer.reply(from, %{customer: customer, items: items, cents: bills[customer]})
    end)

    {:noreply, Map.delete(bills, customer)}
  end
end

{:ok, _} = :pg.start_link(:market)
{:ok, _} = Billing.start_link([])
IO.puts("billing is up on #{node()}")

# It ends with the shop.
receive do
  :stop -> :ok
end
