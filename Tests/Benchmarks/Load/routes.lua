-- The argument: how many routes there are. Each is asked in turn; the first is the greeting's own.
local requests = {}
local number = 0
function init(arguments)
  requests[1] = wrk.format("GET", "/api/bench/greeting")
  for route = 2, tonumber(arguments[1]) do
    requests[route] = wrk.format("GET", "/api/bench/parts/" .. route .. "/greeting")
  end
end
function request()
  number = number % #requests + 1
  return requests[number]
end
