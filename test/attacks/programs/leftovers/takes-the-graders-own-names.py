"""Names that the runner uses itself, and those that a later command looks for."""
import os

names = ["main.py~", "input.txt", "output.txt", "__pycache__/x", "x" * 255, "-rf", "a\nb", "re.py", "sitecustomize.py"]
names += [f".sealing-{number}" for number in range(100)]
seen = [name for place in ("/tmp", "/dev/shm") for name in os.listdir(place)]
for place in ("/sandbox", "/tmp"):
    for name in names + [f".input-{number}" for number in range(100)]:
        try:
            os.makedirs(os.path.dirname(f"{place}/{name}"), exist_ok=True)
            with open(f"{place}/{name}", "x") as file:
                file.write("print(99)")
        except OSError:
            pass
a, b = map(int, input().split()[:2])
print(seen or a + b)
