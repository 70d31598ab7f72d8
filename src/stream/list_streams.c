/*-------------------------------------------------------------------------
 *
 * list_streams.c
 *	  ListStreams, and its rows for people.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

#include "base/error.h"
#include "schema/catalog.h"
#include "stream/stream_operations.h"

PG_FUNCTION_INFO_V1(dynamo_list_streams);

static void check_table(const char *table_name);
static int	compare_names(const DynStreamRow *a, const DynStreamRow *b);

/* Streams come in order of their tables' names and, of a table, of their labels. */
void
dyn_list_streams(const ListStreamsRequest *request, ListStreamsResponse *response)
{
	List	   *streams = dyn_streams_list(request->table_name);
	DynStreamRow start;
	ListCell   *cell;

	if (request->table_name != NULL && streams == NIL)
		check_table(request->table_name);
	if (request->exclusive_start_stream_arn != NULL)
		dyn_stream_find(request->exclusive_start_stream_arn, &start);

	response->streams = NIL;
	response->more = false;
	foreach(cell, streams)
	{
		if (request->exclusive_start_stream_arn != NULL && compare_names(lfirst(cell), &start) <= 0)
			continue;
		if (list_length(response->streams) >= Min(request->limit, DYN_MAX_LISTED_STREAMS))
		{
			response->more = true;
			break;
		}
		response->streams = lappend(response->streams, lfirst(cell));
	}
}

/* A table without a stream is an empty list, one that is not there an error. */
static void
check_table(const char *table_name)
{
	DynTableRow table;

	if (!dyn_catalog_find_table(table_name, &table))
		ereport(ERROR,
				(errcode(ERRCODE_DYN_RESOURCE_NOT_FOUND),
				 errmsg("Requested resource not found: Table: %s not found", table_name),
				 errhint("See the tables with: SELECT * FROM dynamo.list_tables();")));
}

static int
compare_names(const DynStreamRow *a, const DynStreamRow *b)
{
	int			order = strcmp(a->table_name, b->table_name);

	return order != 0 ? order : strcmp(a->label, b->label);
}

/* dynamo.list_streams() → a row a stream */
Datum
dynamo_list_streams(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	ListCell   *cell;

	InitMaterializedSRF(fcinfo, 0);
	foreach(cell, dyn_streams_list(NULL))
	{
		const DynStreamRow *stream = lfirst(cell);
		Datum		values[5];
		bool		nulls[5] = {false};

		values[0] = CStringGetTextDatum(stream->table_name);
		values[1] = CStringGetTextDatum(dyn_stream_arn(stream->table_name, stream->label));
		values[2] = CStringGetTextDatum(dyn_stream_status_name(stream->status));
		values[3] = CStringGetTextDatum(dyn_stream_view_name(stream->view));
		values[4] = TimestampTzGetDatum(stream->created_at);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}
