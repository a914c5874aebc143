%% All messages are in the mailbox before the first is handled.
-module(bench_send_burst).
-export([run/1]).

run(Size) ->
    {ok, Server} = bench_server:start_link(0),
    Began = bench:start(),
    gen_server:cast(Server, hold),
    send_all(Server, {expect, 1, Size, self()}, Size),
    Server ! go,
    Sample = bench:per_operation(Began, bench:counted(Server)),
    bench:stop_all([Server]),
    Sample.

send_all(_Server, _Message, 0) -> ok;
send_all(Server, Message, Left) ->
    gen_server:cast(Server, Message),
    send_all(Server, Message, Left - 1).
