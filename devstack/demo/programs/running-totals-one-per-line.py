input()
total = 0
for value in map(int, input().split()):
    total += value
    print(total)
