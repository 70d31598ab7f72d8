"""A proxy before the endpoint that damages answers, to see whether clients notice.

    proxy.py TARGET-PORT

Prints its own port.  Of the answers with the text "intact", every second one,
from the first on, gets "broken" in its place, of the same length: still JSON,
and wrong.  Ends when its standard input does.
"""
import socket
import sys
import threading

WHOLE, DAMAGED = b"intact", b"broken"
seen = 0
lock = threading.Lock()


def damage(data):
    global seen
    if WHOLE not in data:
        return data
    with lock:
        seen += 1
        return data.replace(WHOLE, DAMAGED) if seen % 2 == 1 else data


def pump(source, target, change):
    try:
        while data := source.recv(1 << 16):
            target.sendall(change(data))
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def main():
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)

    def serve():
        while True:
            client, _ = listener.accept()
            server = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
            threading.Thread(target=pump, args=(client, server, bytes), daemon=True).start()
            threading.Thread(target=pump, args=(server, client, damage), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    sys.stdin.read()


main()
