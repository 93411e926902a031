local number = 0
request = function()
  number = (number * 7919 + 1) % 10000
  return wrk.format("GET", "/api/bench/items/" .. number + 1)
end
