"""A WebSocket server (serve), and a client that calls it through a gateway (call PORT)."""

import asyncio
import sys

from websockets.asyncio.client import connect
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed, InvalidStatus


# Nothing ends because a loaded machine takes long.
PATIENT = {"open_timeout": None, "close_timeout": None, "ping_interval": None}


async def echo(connection):
    async for message in connection:
        if message == "close":
            return await connection.close(4001, "as you wish")
        await connection.send(message)


async def run_server():
    async with serve(echo, "127.0.0.1", 0, subprotocols=["chat"], max_size=None, **PATIENT) as server:
        print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
        await server.serve_forever()


async def call(port):
    url = f"ws://127.0.0.1:{port}/chat"
    for compression in ["deflate", None]:
        async with connect(
            url, subprotocols=["other", "chat"], compression=compression, max_size=None, origin="https://app.example",
            proxy=None, **PATIENT
        ) as connection:
            assert connection.subprotocol == "chat", connection.subprotocol
            assert bool(connection.protocol.extensions) == (compression == "deflate")
            for message in ["a", "ä€😀", b"", bytes(range(256)), "x" * 70_000, b"\x00\xff" * (2 << 20)]:
                await connection.send(message)
                assert await connection.recv() == message
            await (await connection.ping())
            await connection.send("close")
            try:
                await connection.recv()
                raise AssertionError("it is still open")
            except ConnectionClosed as closed:
                assert (closed.rcvd.code, closed.rcvd.reason) == (4001, "as you wish"), closed

    async def chat(number):
        async with connect(url, subprotocols=["chat"], proxy=None, **PATIENT) as connection:
            for index in range(50):
                await connection.send(f"{number} {index}")
                assert await connection.recv() == f"{number} {index}"

    await asyncio.gather(*[chat(number) for number in range(50)])
    try:
        await connect(url, origin="https://evil.example", proxy=None, **PATIENT)
        raise AssertionError("a page of anybody has opened it")
    except InvalidStatus as refused:
        assert refused.response.status_code == 403, refused
    print("done")


asyncio.run(run_server() if sys.argv[1] == "serve" else call(int(sys.argv[2])))
