import os

found = []
for pid in os.listdir("/proc"):
    if not pid.isdigit() or int(pid) == os.getpid():
        continue
    for name in ("environ", "mem", "fd", "root/", "cwd/", "maps", "exe"):
        place = f"/proc/{pid}/{name}"
        try:
            found.append((place, os.listdir(place) if name in ("fd", "root/", "cwd/") else open(place, "rb").read(10)))
        except OSError:
            pass
print(found or 8)
