/*-------------------------------------------------------------------------
 *
 * mapping_event.h
 *	  What a mapping's function is called with: {"Records": [...]}, each
 *	  record as AWS gives it to a Lambda function.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_STREAM_MAPPING_EVENT_H
#define DYN_STREAM_MAPPING_EVENT_H

#include "lib/stringinfo.h"

#include "stream/mapping.h"

typedef struct DynEvent
{
	StringInfoData text;
	int			count;			/* of records */
	int			passed_over;	/* records of other lanes, or that do not match the filter */
	bool		more;			/* are there others, which did not fit? */
	bool		poisoned;		/* its only record cannot be jsonb: it has U+0000 */
	DynSequence first;
	DynLane		reached;		/* the last record that was looked at */
} DynEvent;

/* Collect the records after a lane's position. */
extern void dyn_event_collect(const DynMapping *mapping, const DynBatch *batch, const DynStreamRow *stream,
							  const DynLane *lane, DynEvent *event);

extern Datum dyn_event_jsonb(const DynEvent *event);

/* Write an event that is given up to the dead-letter table: the mapping's own, as the current user, or ours. */
extern void dyn_event_bury(const DynMapping *mapping, const DynBatch *batch, const DynEvent *event);

#endif							/* DYN_STREAM_MAPPING_EVENT_H */
