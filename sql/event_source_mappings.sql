-- Event source mappings: what may be made, by whom, and what is told of them.
-- They do nothing here, where no workers run; see test/t/event_source_mappings.pl.
\set ON_ERROR_ROLLBACK on
\set SHOW_CONTEXT never
BEGIN;
SET LOCAL client_min_messages = error;
CREATE ROLE regress_em_maker;
CREATE ROLE regress_em_other;
GRANT CREATE ON SCHEMA public TO regress_em_maker;
SET ROLE regress_em_maker;
SELECT dynamo.create_table('em.music', 'Artist S');
CREATE FUNCTION public.em_consume(event jsonb) RETURNS void LANGUAGE sql AS 'SELECT';
CREATE FUNCTION public.em_set(event jsonb) RETURNS SETOF int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION public.em_text(event text) RETURNS void LANGUAGE sql AS 'SELECT';
CREATE FUNCTION public.em_secret(event jsonb) RETURNS void LANGUAGE sql AS 'SELECT';
REVOKE EXECUTE ON FUNCTION public.em_secret(jsonb) FROM PUBLIC;
CREATE PROCEDURE public.em_procedure(event jsonb) LANGUAGE sql AS 'SELECT';
CREATE TABLE public.em_dead (LIKE dynamo.dead_letters);
CREATE TABLE public.em_not_dead (event json);
SELECT dynamo.create_event_source_mapping('em.music', 'public.em_consume(jsonb)');
RESET ROLE;
INSERT INTO dynamo.streams
	SELECT 201, 'em.music', '2026-11-21T15:00:00.500', 'public."em.music"'::regclass, 'regress_em_maker'::regrole, ARRAY['Artist S'],
		'NEW_IMAGE', 'ENABLED', false, now(), NULL, NULL, incarnation, 0, NULL
	  FROM dynamo.stream_capture;
SET ROLE regress_em_maker;

CREATE TEMPORARY TABLE made AS
	SELECT dynamo.create_event_source_mapping('em.music', 'public.em_consume(jsonb)') AS id
	UNION ALL
	SELECT dynamo.create_event_source_mapping('arn:aws:dynamodb:us-east-1:000000000000:table/em.music/stream/2026-11-21T15:00:00.500', 'public.em_consume(jsonb)',
		batch_size => 10, batching_window => '5 seconds', starting_position => 'LATEST', filter => '{"eventName": ["INSERT"]}', max_retries => 3,
		bisect_on_error => true, parallelization => 2, on_failure => 'public.em_dead');
GRANT SELECT ON made TO regress_em_other;
SELECT stream, function, role, state, batch_size, batching_window, starting_position, filter, max_retries, bisect_on_error, parallelization, on_failure
  FROM dynamo.list_event_source_mappings() JOIN made USING (id);
SELECT state, function, lane, label, position IS NULL AS from_start, records, batches, dead_records, failures, last_error, lag
  FROM dynamo.event_source_mapping_state JOIN made USING (id) ORDER BY position IS NULL DESC, lane;

-- what cannot be made
SELECT dynamo.create_event_source_mapping(NULL, 'public.em_consume(jsonb)');
SELECT dynamo.create_event_source_mapping('em.music', 'public.em_none(jsonb)');
SELECT dynamo.create_event_source_mapping('em.music', 'public.em_set(jsonb)');
SELECT dynamo.create_event_source_mapping('em.music', 'public.em_text(text)');
SELECT dynamo.create_event_source_mapping('em.music', 'public.em_procedure(jsonb)');
SELECT dynamo.create_event_source_mapping('em.music', 0);
SELECT dynamo.create_event_source_mapping('em.music', 'public.em_consume(jsonb)', batch_size => 0);
SELECT dynamo.create_event_source_mapping('em.music', 'public.em_consume(jsonb)', batch_size => 10001);
SELECT dynamo.create_event_source_mapping('em.music', 'public.em_consume(jsonb)', batching_window => '6 minutes');
SELECT dynamo.create_event_source_mapping('em.music', 'public.em_consume(jsonb)', batching_window => '-1 second');
SELECT dynamo.create_event_source_mapping('em.music', 'public.em_consume(jsonb)', starting_position => 'AT_TIMESTAMP');
SELECT dynamo.create_event_source_mapping('em.music', 'public.em_consume(jsonb)', filter => '{"eventName": "INSERT"}');
SELECT dynamo.create_event_source_mapping('em.music', 'public.em_consume(jsonb)', max_retries => -2);
SELECT dynamo.create_event_source_mapping('em.music', 'public.em_consume(jsonb)', parallelization => 11);
SELECT dynamo.create_event_source_mapping('em.music', 'public.em_consume(jsonb)', on_failure => 'public.em_not_dead');
SELECT dynamo.create_event_source_mapping('em.music', 'public.em_consume(jsonb)', bisect_on_error => NULL);
SELECT dynamo.create_event_source_mapping('em.none', 'public.em_consume(jsonb)');

-- others
SET ROLE regress_em_other;
SELECT dynamo.create_event_source_mapping('em.music', 'public.em_consume(jsonb)');
SELECT dynamo.pause_event_source_mapping(id) FROM made LIMIT 1;
SELECT dynamo.delete_event_source_mapping(id) FROM made LIMIT 1;
SELECT count(*) FROM dynamo.list_event_source_mappings() JOIN made USING (id);
SELECT count(*) FROM dynamo.event_source_lanes;
UPDATE dynamo.event_source_mappings SET function = 'x';
RESET ROLE;
GRANT SELECT ON public."em.music" TO regress_em_other;
UPDATE dynamo.event_source_lanes SET last_error = 'secret' WHERE mapping IN (SELECT id FROM made);
SET ROLE regress_em_other;
SELECT DISTINCT last_error FROM dynamo.event_source_mapping_state JOIN made USING (id);
SELECT dynamo.create_event_source_mapping('em.music', 'public.em_secret(jsonb)');
SELECT dynamo.create_event_source_mapping('em.music', 'public.em_consume(jsonb)', on_failure => 'public.em_dead');

-- each role sees its own dead letters
RESET ROLE;
INSERT INTO dynamo.dead_letters SELECT id, 'regress_em_maker', now(), 1, 'boom', '1', '1', '{}' FROM made LIMIT 1;
SET ROLE regress_em_other;
SELECT count(*) FROM dynamo.dead_letters JOIN made ON id = mapping;
SET ROLE regress_em_maker;
SELECT message FROM dynamo.dead_letters JOIN made ON id = mapping;
DELETE FROM dynamo.dead_letters WHERE mapping IN (SELECT id FROM made);

-- pause, resume, delete
SELECT count(dynamo.pause_event_source_mapping(id)) FROM made;
SELECT state FROM dynamo.list_event_source_mappings() JOIN made USING (id);
SELECT count(dynamo.resume_event_source_mapping(id)) FROM made;
SELECT state FROM dynamo.list_event_source_mappings() JOIN made USING (id);
SELECT count(dynamo.delete_event_source_mapping(id)) FROM made;
SELECT count(*) FROM dynamo.list_event_source_mappings() JOIN made USING (id);
SELECT dynamo.pause_event_source_mapping('00000000-0000-0000-0000-000000000000');
ROLLBACK;
BEGIN READ ONLY;
SELECT dynamo.create_event_source_mapping('em.music', 'pg_catalog.jsonb_typeof(jsonb)');
ROLLBACK;
