/*-------------------------------------------------------------------------
 *
 * describe_stream.c
 *	  DescribeStream: a stream and its shards.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "stream/stream_operations.h"

static const DynShard *find_id(List *shards, const char *id);
static const char *id_of_number(List *shards, int64 number);

/* Is a shard after the one to start after?  It may be gone; then ids tell, which begin with times. */
static bool
is_after(const DynShard *shard, const DynShard *start, const char *start_id)
{
	return start != NULL ? shard->number > start->number : strcmp(shard->id, start_id) > 0;
}

void
dyn_describe_stream(const DescribeStreamRequest *request, DescribeStreamResponse *response)
{
	const DynShard *start = NULL;
	const DynShard *parent = NULL;
	List	   *shards;
	ListCell   *cell;

	dyn_stream_find(request->stream_arn, &response->stream);
	shards = dyn_shards_list(response->stream.id);
	if (request->exclusive_start_shard_id != NULL)
		start = find_id(shards, request->exclusive_start_shard_id);
	if (request->children_of != NULL)
		parent = find_id(shards, request->children_of);

	response->shards = NIL;
	response->more = false;
	foreach(cell, shards)
	{
		const DynShard *shard = lfirst(cell);
		DynShardDescription *description;

		if (request->exclusive_start_shard_id != NULL && !is_after(shard, start, request->exclusive_start_shard_id))
			continue;
		if (request->children_of != NULL && (parent == NULL || shard->parent != parent->number))
			continue;
		if (list_length(response->shards) >= Min(request->limit, DYN_MAX_LISTED_SHARDS))
		{
			response->more = true;
			break;
		}
		description = palloc(sizeof(DynShardDescription));
		description->shard = shard;
		description->parent_id = id_of_number(shards, shard->parent);
		response->shards = lappend(response->shards, description);
	}
}

static const DynShard *
find_id(List *shards, const char *id)
{
	ListCell   *cell;

	foreach(cell, shards)
		if (strcmp(((const DynShard *) lfirst(cell))->id, id) == 0)
			return lfirst(cell);
	return NULL;
}

/* A parent that was trimmed is no parent any more. */
static const char *
id_of_number(List *shards, int64 number)
{
	ListCell   *cell;

	foreach(cell, shards)
		if (((const DynShard *) lfirst(cell))->number == number)
			return ((const DynShard *) lfirst(cell))->id;
	return NULL;
}
