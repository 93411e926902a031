-- The arguments: how many services there are, and what is asked of each in turn.
local requests = {}
local number = 0
function init(arguments)
  for service = 1, tonumber(arguments[1]) do
    local name = service == 1 and "bench" or "bench-" .. service
    requests[service] = wrk.format("GET", "/api/" .. name .. arguments[2])
  end
end
function request()
  number = number % #requests + 1
  return requests[number]
end
