INSERT INTO bare (template, address, key, event, source, type, time, content_type, trace_parent, headers, data)
SELECT template, address, key, event, source, type, time, content_type, trace_parent, headers::text[], data
FROM unnest(:template::text[], :template::text[], :id::text[], :id::text[], :source::text[], :type::text[],
  :time::timestamptz[], :content_type::text[], :trace_parent::text[], :headers::text[], :data::bytea[])
  AS e (template, address, key, event, source, type, time, content_type, trace_parent, headers, data);
