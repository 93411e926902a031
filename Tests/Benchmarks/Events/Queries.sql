-- The effects of events.

-- query insert(ticks: [HandledTick])
INSERT INTO handled (:HandledTick) SELECT t.:HandledTick FROM unnest(:ticks.*) AS t (:HandledTick);
