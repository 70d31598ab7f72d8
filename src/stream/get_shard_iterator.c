/*-------------------------------------------------------------------------
 *
 * get_shard_iterator.c
 *	  GetShardIterator.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/timestamp.h"

#include "base/error.h"
#include "stream/shard_iterator.h"
#include "stream/stream_operations.h"

static void check_sequence_number(const GetShardIteratorRequest *request, const DynShard *shard);

pg_noreturn static void
raise_bad_sequence_number(const char *message, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("%s", message),
			 errhint("%s", hint)));
}

char *
dyn_get_shard_iterator(const GetShardIteratorRequest *request)
{
	bool		has_number = request->sequence_number != NULL;
	bool		needs_number = request->type == DYN_ITERATOR_AT_SEQUENCE_NUMBER ||
		request->type == DYN_ITERATOR_AFTER_SEQUENCE_NUMBER;
	DynShardIterator iterator = {0};
	DynStreamRow stream;
	DynShard	shard;
	DynStreamCapture capture;
	DynSequence latest;
	char		number[DYN_SEQUENCE_DIGITS + 1];

	if (needs_number && !has_number)
		raise_bad_sequence_number("One or more parameter values were invalid: SequenceNumber must be specified for this ShardIteratorType",
								  "Give the SequenceNumber of a record, or a ShardIteratorType of TRIM_HORIZON or LATEST.");
	if (!needs_number && has_number)
		raise_bad_sequence_number("One or more parameter values were invalid: SequenceNumber must not be specified for this ShardIteratorType",
								  "Leave SequenceNumber out, or use AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER.");

	dyn_stream_find(request->stream_arn, &stream);
	dyn_stream_check_access(&stream);
	if (!dyn_shards_find(stream.id, request->shard_id, &shard))
		ereport(ERROR,
				(errcode(ERRCODE_DYN_RESOURCE_NOT_FOUND),
				 errmsg("Requested resource not found: Shard: %s in Stream: %s not found",
						request->shard_id, request->stream_arn),
				 errhint("DescribeStream tells the shards of a stream.")));

	iterator.stream_arn = request->stream_arn;
	iterator.shard_id = shard.id;
	iterator.sequence_number = "";
	iterator.issued_at = GetCurrentTimestamp();
	if (needs_number)
	{
		check_sequence_number(request, &shard);
		iterator.sequence_number = request->sequence_number;
		iterator.after = request->type == DYN_ITERATOR_AFTER_SEQUENCE_NUMBER;
	}
	else if (request->type == DYN_ITERATOR_LATEST)
	{
		/* Nothing comes after what a closed shard has. */
		dyn_stream_capture(&capture);
		dyn_stream_latest(&capture, &latest);
		if (!XLogRecPtrIsInvalid(shard.ends) || shard.generation != capture.generation)
		{
			dyn_shard_ending(&shard, number);
			iterator.after = true;
		}
		else
			dyn_sequence_write(&latest, number);
		iterator.sequence_number = number;
	}
	return dyn_shard_iterator_write(&iterator);
}

/* A number must be of the shard, and what follows it must still be there. */
static void
check_sequence_number(const GetShardIteratorRequest *request, const DynShard *shard)
{
	DynSequence sequence;

	if (!dyn_sequence_read(request->sequence_number, strlen(request->sequence_number), &sequence) ||
		sequence.generation != shard->generation || sequence.node != shard->node ||
		sequence.lsn < shard->begins ||
		(!XLogRecPtrIsInvalid(shard->ends) && sequence.lsn >= shard->ends))
		raise_bad_sequence_number(psprintf("Invalid SequenceNumber: %s is not in the range of sequence numbers of shard %s",
										   request->sequence_number, shard->id),
								  "DescribeStream tells the range of each shard.");
	if (dyn_stream_is_trimmed(&sequence))
		dyn_raise_trimmed();
}
