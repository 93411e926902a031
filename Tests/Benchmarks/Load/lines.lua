-- The argument: how large the body is, in bytes.
function init(arguments)
  local lines = {}
  local size = 2
  while true do
    local line = '{"product_id":"0190f3d2-7c5e-7a3b-9c1d-2e4f6a8b0c1d","name":"Wool scarf number ' .. #lines
      .. '","quantity":3,"unit_price":19.99,"note":"please wrap it"}'
    if size + #line + 1 > tonumber(arguments[1]) then break end
    size = size + #line + 1
    lines[#lines + 1] = line
  end
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  wrk.body = "[" .. table.concat(lines, ",") .. "]"
end
