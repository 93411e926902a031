INSERT INTO bare (address, key, id, time, headers, data)
SELECT 'bench-ticks', gen_random_uuid()::text, gen_random_uuid()::text, now(), '{}',
  convert_to('{"id":"0190f3d2-7c5e-7a3b-9c1d-2e4f6a8b0c1d","key":"0190f3d2-7c5e-7a3b-9c1d-2e4f6a8b0c1d",'
    || '"emitted_at":"2026-01-31T12:00:00.000000Z","name":"Wool scarf, grey, of merino wool",'
    || '"note":"Sent with the other things of the same order, as soon as they are there","amount":19.99}', 'UTF8')
FROM generate_series(1, 100);
