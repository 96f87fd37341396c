"""An ordinary program that also looks around: it prints the sum only where nothing is left of who was here before."""
import os

a, b = map(int, input().split()[:2])
own = ("main.py", "__pycache__")
found = [f"{place}/{name}" for place in ("/sandbox", "/tmp", "/dev/shm", "/dev/mqueue")
         for name in os.listdir(place) if not (place == "/sandbox" and name in own)]
found += [f"process {pid}" for pid in os.listdir("/proc") if pid.isdigit() and int(pid) not in (1, os.getpid())]
for kind in ("shm", "msg", "sem"):
    with open(f"/proc/sysvipc/{kind}") as table:
        found += [f"{kind} {line.split()[1]}" for line in table.readlines()[1:]]
print(found or a + b)
