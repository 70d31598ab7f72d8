/*-------------------------------------------------------------------------
 *
 * handler.c
 *	  The handler of the access method: it only wires.
 *
 * The routine is a copy of the heap's, with callbacks replaced.  It is made
 * when the library is loaded and stays for the life of the process, because
 * relation cache entries point to it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_am.h"
#include "utils/inval.h"
#include "utils/syscache.h"

#include "tableam/callbacks.h"
#include "tableam/partition_cache.h"
#include "tableam/tableam.h"

const TableAmRoutine *dyn_heap = NULL;
const TableAmRoutine *dyn_tableam = NULL;

static Oid	relation_toast_am(Relation relation);
static void relation_changed(Datum arg, Oid relid);
static void function_changed(Datum arg, int cacheid, uint32 hashvalue);

PG_FUNCTION_INFO_V1(dynamo_tableam_handler);
Datum
dynamo_tableam_handler(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(dyn_tableam);
}

void
dyn_tableam_init(void)
{
	static TableAmRoutine routine;

	dyn_heap = GetHeapamTableAmRoutine();
	routine = *dyn_heap;
	routine.tuple_insert = dyn_tuple_insert;
	routine.tuple_insert_speculative = dyn_tuple_insert_speculative;
	routine.multi_insert = dyn_multi_insert;
	routine.tuple_update = dyn_tuple_update;
	routine.index_build_range_scan = dyn_index_build_range_scan;
	routine.index_validate_scan = dyn_index_validate_scan;
	routine.relation_toast_am = relation_toast_am;
	routine.relation_copy_for_cluster = dyn_relation_copy_for_cluster;
	dyn_tableam = &routine;

	dyn_partition_cache_init();
	CacheRegisterRelcacheCallback(relation_changed, (Datum) 0);
	CacheRegisterSyscacheCallback(PROCOID, function_changed, (Datum) 0);
}

/* Chunks of long values are rows like any other, and nothing groups them. */
static Oid
relation_toast_am(Relation relation)
{
	return HEAP_TABLE_AM_OID;
}

/* React to a change of a relation, or of all where relid is invalid. */
static void
relation_changed(Datum arg, Oid relid)
{
	dyn_heap_swap_invalidate(relid);
	dyn_expression_hot_invalidate(relid);
	dyn_item_relation_invalidate(relid);
}

/* Index expressions call functions, and what they call is prepared once. */
static void
function_changed(Datum arg, int cacheid, uint32 hashvalue)
{
	dyn_item_relation_invalidate(InvalidOid);
}
