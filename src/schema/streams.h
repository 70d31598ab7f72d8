/*-------------------------------------------------------------------------
 *
 * streams.h
 *	  The rows of dynamo.streams: which tables have, or had, a stream.
 *
 * A table has at most one stream that is not DISABLED.  Who writes rows of a
 * table holds dyn_catalog_lock_name of its name (catalog.h); readers take no
 * lock.  Shards, records and the worker are the business of src/stream.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_SCHEMA_STREAMS_H
#define DYN_SCHEMA_STREAMS_H

#include "datatype/timestamp.h"
#include "nodes/pg_list.h"
#include "utils/relcache.h"
#include "utils/uuid.h"

#include "item/key_schema.h"

typedef enum DynStreamView
{
	DYN_STREAM_KEYS_ONLY,
	DYN_STREAM_NEW_IMAGE,
	DYN_STREAM_OLD_IMAGE,
	DYN_STREAM_NEW_AND_OLD_IMAGES
} DynStreamView;

typedef enum DynStreamStatus
{
	DYN_STREAM_ENABLING,		/* the worker has yet to make the slot, and to change the table */
	DYN_STREAM_ENABLED,			/* every change from here on is captured */
	DYN_STREAM_DISABLING,		/* what was committed before is still being captured */
	DYN_STREAM_DISABLED
} DynStreamStatus;

typedef struct DynStreamRow
{
	int64		id;
	char	   *table_name;
	char	   *label;			/* "2015-05-11T21:21:33.291" */
	Oid			relation;		/* may be gone */
	Oid			owner;			/* of the table, as last seen */
	DynKeySchema key_schema;
	DynStreamView view;
	DynStreamStatus status;
	bool		with_table;		/* the table is CREATING while this is ENABLING */
	TimestampTz created_at;
	TimestampTz ended_at;		/* DYN_NEVER while it is not DISABLED */
	char		identity;		/* REPLICA_IDENTITY_*, or 0 where it was not changed yet */
	pg_uuid_t	incarnation;	/* other than that of dynamo.stream_capture: restored from a dump */
	int32		attempts;		/* to enable it that failed */
	char	   *last_error;		/* or NULL */
} DynStreamRow;

/* Columns of dynamo.stream_capture, of which the first is the incarnation. */
#define DYN_STREAM_CAPTURE_COLUMNS	7

/* OID of dynamo.streams, as the last look-up found it. */
extern Oid	dyn_catalog_streams_oid;

/* "KEYS_ONLY", ...; "ENABLING", ... */
extern const char *dyn_stream_view_name(DynStreamView view);
extern const char *dyn_stream_status_name(DynStreamStatus status);

/* "arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/stream/LABEL"; palloc'd. */
extern char *dyn_stream_arn(const char *table_name, const char *label);

/* Why a relation cannot have a stream, for errdetail; NULL where it can. */
extern const char *dyn_stream_fault(Relation relation);

/* ---- reading; results are palloc'd ---- */

/* Find a stream by what its ARN says, or by its id. */
extern bool dyn_streams_find(const char *table_name, const char *label, DynStreamRow *row);
extern bool dyn_streams_find_id(int64 id, DynStreamRow *row);

/* Find the stream of a relation that is not DISABLED. */
extern bool dyn_streams_find_live(Oid relid, DynStreamRow *row);

/* Find the latest stream of a relation, DISABLED or not: LatestStreamArn. */
extern bool dyn_streams_find_latest(Oid relid, DynStreamRow *row);

/* Streams in order of (table name, label), of one table or (NULL) of all; List of DynStreamRow *. */
extern List *dyn_streams_list(const char *table_name);

/* ---- writing ---- */

/* Make the row of a new stream, with a label that is the table's only one. */
extern void dyn_streams_init(DynStreamRow *row, const char *table_name, Oid relid, const DynKeySchema *key_schema,
							 DynStreamView view);

extern void dyn_streams_insert(const DynStreamRow *row);
extern void dyn_streams_update(const DynStreamRow *row);
extern void dyn_streams_remove(int64 id);

#endif							/* DYN_SCHEMA_STREAMS_H */
