print("3 ")
print("5")
