import sys

print(8)
sys.exit(3)
