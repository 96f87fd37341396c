import select

select.select([], [], [])
