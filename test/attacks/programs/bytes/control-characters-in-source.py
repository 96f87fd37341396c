print(8)
x = "[2J"
