import random

# The module's place in the folder of the program comes before the library's.
print(8 if random.__file__.startswith("/usr/lib") else random.__file__)
for name in ("random.py", "sitecustomize.py", "usercustomize.py", "encodings.py"):
    with open(name, "w") as file:
        file.write("print('planted')\n")
