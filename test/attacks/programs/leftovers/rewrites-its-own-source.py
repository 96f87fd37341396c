import os

print(8)
for name in ("main.py", "new.py"):
    try:
        with open(name, "w") as file:
            file.write("print('rewritten')\n")
    except OSError:
        pass
try:
    os.rename("new.py", "main.py")
except OSError:
    pass
