# Counters, a used port and its owner outlast a program on a loopback that it shares with the next one.
import socket


def traces():
    try:
        with open("/proc/net/dev") as devices:
            yield next(line.split()[1] for line in devices if "lo:" in line) != "0"
        with open("/proc/net/tcp") as connections:
            yield len(connections.readlines()) > 1
    except OSError:
        pass


found = any(traces())
try:
    listener = socket.create_server(("127.0.0.1", 4242))
    caller = socket.create_connection(("127.0.0.1", 4242))
    accepted, _ = listener.accept()
    accepted.close()
    caller.close()
except PermissionError:
    pass
except OSError:
    found = True
print("seen" if found else 8)
