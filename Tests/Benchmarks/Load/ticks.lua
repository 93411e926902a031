-- The arguments: how many events a request emits, and how long each connection waits before it, in milliseconds.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
local pause = 0
function init(arguments)
  wrk.body = '{"count":' .. arguments[1] .. "}"
  pause = tonumber(arguments[2])
end
function delay()
  return pause
end
