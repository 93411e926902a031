local lines = {}
for number = 1, 10 do
  lines[number] = '{"product_id":"0190f3d2-7c5e-7a3b-9c1d-2e4f6a8b0c1d","name":"Wool scarf number ' .. number
    .. '","quantity":' .. number .. ',"unit_price":19.99,"note":"please wrap it"}'
end
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"customer_name":"Ada Lovelace","customer_email":"ada@example.com","items":['
  .. table.concat(lines, ",") .. "]}"
