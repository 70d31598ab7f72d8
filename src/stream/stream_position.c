/*-------------------------------------------------------------------------
 *
 * stream_position.c
 *	  Places in streams: now, and what is not there any more.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xlog.h"
#include "access/xlogrecovery.h"

#include "base/error.h"
#include "stream/stream_operations.h"

void
dyn_stream_latest(const DynStreamCapture *capture, DynSequence *sequence)
{
	sequence->generation = capture->generation;
	sequence->lsn = RecoveryInProgress() ? GetXLogReplayRecPtr(NULL) : GetXLogInsertRecPtr();
	sequence->ordinal = 0;
	sequence->node = capture->node;
}

bool
dyn_stream_is_trimmed(const DynSequence *sequence)
{
	DynSequence horizon;

	return dyn_stream_horizon(&horizon) && dyn_sequence_compare(sequence, &horizon) < 0;
}

void
dyn_raise_trimmed(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_DYN_TRIMMED_DATA_ACCESS),
			 errmsg("The operation attempted to read past the oldest stream record in a shard."),
			 errdetail("Records are kept for dynamo.stream_retention; those at this position are gone."),
			 errhint("Get an iterator of type TRIM_HORIZON, and find out what was missed by reading the table.")));
}

long
dyn_interval_milliseconds(const Interval *interval)
{
	if (interval->month != 0 || interval->day != 0 || interval->time < 0 || interval->time > USECS_PER_DAY)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("one cannot wait for so long"),
				 errhint("Give an interval from 0 to 24 hours, such as '10 seconds'.")));
	return (long) (interval->time / 1000);
}
