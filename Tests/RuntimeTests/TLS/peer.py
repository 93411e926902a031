"""A server with TLS, which does as the path of each request says. Its arguments are the files of its certificate and of its
key, and options: `version=TLSv1_1`, the only one that it speaks; `authorities=FILE`, who issue the certificates that its
clients must show. Its first line of output is its port."""

import itertools
import socket
import ssl
import sys
import threading

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1], sys.argv[2])
context.set_alpn_protocols(["h2", "http/1.1"])
for option in sys.argv[3:]:
    name, value = option.split("=")
    if name == "version":
        # A system may have forbidden what is old to all of its programs.
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = ssl.TLSVersion[value]
    else:
        context.load_verify_locations(value)
        context.verify_mode = ssl.CERT_REQUIRED
names = {}
context.sni_callback = lambda connection, name, _: names.update({connection: name})


def piece(path):
    return b"x" * int(path.partition(b"?")[2] or 2)


def serve(number, plain):
    with context.wrap_socket(plain, server_side=True) as connection:
        facts = {
            "connection": number,
            "version": connection.version(),
            "protocol": connection.selected_alpn_protocol(),
            "resumed": connection.session_reused,
            "name": names.get(connection),
        }
        fields = "".join(f"x-{name}: {value}\r\n" for name, value in facts.items()).encode()
        reader = connection.makefile("rb")
        while line := reader.readline():
            path, length = line.split(b" ")[1], 0
            while (field := reader.readline()) != b"\r\n":
                if field.lower().startswith(b"content-length:"):
                    length = int(field.partition(b":")[2])
            body = reader.read(length)
            head = b"HTTP/1.1 200 OK\r\n" + fields
            kind, content = path.partition(b"?")[0], body or piece(path)
            sized = b"content-length: %d\r\n" % len(content)
            if kind == b"/close":
                connection.sendall(head + sized + b"connection: close\r\n\r\n" + content)
            elif kind in (b"/until-close", b"/cut"):
                connection.sendall(head + b"\r\n" + content)
            elif kind == b"/short":
                connection.sendall(head + b"content-length: %d\r\n\r\n" % (len(content) + 1) + content)
            else:
                connection.sendall(head + sized + b"\r\n" + content)
            if kind in (b"/cut", b"/whole-cut"):
                return
            if kind in (b"/close", b"/until-close", b"/short", b"/leave"):
                connection.unwrap()
                return
        connection.unwrap()


def guarded(number, plain):
    try:
        serve(number, plain)
    except OSError:
        # The client has refused the certificate, or is gone.
        pass
    finally:
        plain.close()


listener = socket.create_server(("127.0.0.1", 0), backlog=64)
print(listener.getsockname()[1], flush=True)
for number in itertools.count(1):
    threading.Thread(target=guarded, args=(number, listener.accept()[0]), daemon=True).start()
