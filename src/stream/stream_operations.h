/*-------------------------------------------------------------------------
 *
 * stream_operations.h
 *	  ListStreams, DescribeStream, GetShardIterator and GetRecords: requests
 *	  in, descriptions out.
 *
 * Members have the names of the service's API model; strings are
 * NUL-terminated.  Results are palloc'd in the memory context of the caller.
 * What streams there are may be seen by everybody; what is in them by those
 * who may read the table (dyn_stream_check_access).
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_STREAM_STREAM_OPERATIONS_H
#define DYN_STREAM_STREAM_OPERATIONS_H

#include "lib/stringinfo.h"
#include "utils/timestamp.h"

#include "stream/record_scan.h"
#include "stream/stream.h"

/* Limits of the service. */
#define DYN_MAX_LISTED_STREAMS	100
#define DYN_MAX_LISTED_SHARDS	100
#define DYN_MAX_GOT_RECORDS		1000
#define DYN_MAX_GOT_BYTES		(1024 * 1024)

/* ---- list_streams.c ---- */

typedef struct ListStreamsRequest
{
	const char *table_name;		/* or NULL */
	const char *exclusive_start_stream_arn; /* or NULL */
	int			limit;
} ListStreamsRequest;

typedef struct ListStreamsResponse
{
	List	   *streams;		/* of DynStreamRow * */
	bool		more;			/* are there others after the last one? */
} ListStreamsResponse;

extern void dyn_list_streams(const ListStreamsRequest *request, ListStreamsResponse *response);

/* ---- describe_stream.c ---- */

typedef struct DescribeStreamRequest
{
	const char *stream_arn;
	const char *exclusive_start_shard_id;	/* or NULL */
	const char *children_of;	/* the ShardId of a filter for CHILD_SHARDS, or NULL */
	int			limit;
} DescribeStreamRequest;

typedef struct DynShardDescription
{
	const DynShard *shard;
	const char *parent_id;		/* or NULL */
} DynShardDescription;

typedef struct DescribeStreamResponse
{
	DynStreamRow stream;
	List	   *shards;			/* of DynShardDescription * */
	bool		more;
} DescribeStreamResponse;

extern void dyn_describe_stream(const DescribeStreamRequest *request, DescribeStreamResponse *response);

/* ---- get_shard_iterator.c ---- */

typedef enum DynShardIteratorType
{
	DYN_ITERATOR_TRIM_HORIZON,
	DYN_ITERATOR_LATEST,
	DYN_ITERATOR_AT_SEQUENCE_NUMBER,
	DYN_ITERATOR_AFTER_SEQUENCE_NUMBER
} DynShardIteratorType;

typedef struct GetShardIteratorRequest
{
	const char *stream_arn;
	const char *shard_id;
	DynShardIteratorType type;
	const char *sequence_number;	/* or NULL */
} GetShardIteratorRequest;

/* Returns the iterator. */
extern char *dyn_get_shard_iterator(const GetShardIteratorRequest *request);

/* ---- get_records.c ---- */

typedef struct GetRecordsRequest
{
	const char *shard_iterator;
	int			limit;
	long		wait_ms;		/* how long to wait for the first record; 0 is not at all */
} GetRecordsRequest;

/*
 * Append the records, as an array of the API's JSON.  Returns the next
 * iterator, or NULL at the end of a closed shard.
 */
extern char *dyn_get_records(const GetRecordsRequest *request, StringInfo records);

/* ---- stream_access.c ---- */

/*
 * Find the stream of an ARN.  Raises ValidationException for what is no ARN
 * of a stream, and ResourceNotFoundException.
 */
extern void dyn_stream_find(const char *arn, DynStreamRow *stream);

/* The same by the name or ARN of a table, which means its latest stream, or the ARN of a stream. */
extern void dyn_stream_find_by_name(const char *name_or_arn, DynStreamRow *stream);

/*
 * Raise as Postgres does unless the current user may read the stream: needed is
 * SELECT on the table, which no policy may narrow; of a stream whose table is
 * gone, to have the role that owned it.
 */
extern void dyn_stream_check_access(const DynStreamRow *stream);

/* ---- stream_position.c ---- */

/* The position behind all commits of now, in the generation that is being captured. */
extern void dyn_stream_latest(const DynStreamCapture *capture, DynSequence *sequence);

/* May records of a stream that came at or after this position be gone already? */
extern bool dyn_stream_is_trimmed(const DynSequence *sequence);

pg_noreturn extern void dyn_raise_trimmed(void);

/* An interval to wait for, in milliseconds; raises where it is negative or above a day. */
extern long dyn_interval_milliseconds(const Interval *interval);

#endif							/* DYN_STREAM_STREAM_OPERATIONS_H */
