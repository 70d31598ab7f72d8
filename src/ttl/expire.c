/*-------------------------------------------------------------------------
 *
 * expire.c
 *	  Deleting the expired items of a table.
 *
 * The expiry index gives candidates, from the item that expired first; the
 * engine's write path finds each by its key and decides on its newest
 * version, so an update that rescues an item wins, whenever it commits before
 * the deletion.  Nothing here waits for a row that another transaction has
 * locked: it is skipped, and found again by the next pass.
 *
 * A partitioned table has an expiry index in each of its partitions; they are
 * read one after the other.  Candidates are read below the planner, whatever
 * policies hide: the deletion is what meets policies, triggers and
 * privileges.
 *
 * All of it happens as the table's owner in a security-restricted operation,
 * because triggers and policies are the owner's code.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/relscan.h"
#include "access/tableam.h"
#include "catalog/pg_class.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "port/pg_bswap.h"
#include "replication/message.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "engine/write_item.h"
#include "index/probe.h"
#include "schema/streams.h"
#include "schema/table.h"
#include "stream/stream.h"
#include "ttl/leaves.h"
#include "ttl/ttl.h"

/* A pass, and the transaction that it is in. */
typedef struct Expiring
{
	DynExpiryPass *pass;
	int64		limit;
	const char *attribute;
	DynRelation relation;
	Oid			stream_of;		/* the leaf, if it has a stream: deletions must be marked */
	bool		begun;			/* with the row */
	DynRow		row;
	bool		decided;		/* that the item is to be deleted? */
	MemoryContext candidate;	/* reset for each */
} Expiring;

static bool find_owner(const char *table_name, Oid *owner);
static void run_as_owner(DynExpiryPass *pass, int64 limit);
static bool run_leaf(Expiring *expiring, Oid relid);
static bool run_open_leaf(Expiring *expiring, DynExpiryLeaf *leaf);
pg_noreturn static void raise_no_index(const Expiring *expiring, Oid relid);
static void delete_candidate(Expiring *expiring, struct varlena *key);
static void mark_deletion(Oid relid, const struct varlena *key);
static DynVerdict decide(void *argument, const DynRow *row, struct varlena **item);

void
dyn_expiry_pass_begin(DynExpiryPass *pass, const char *table_name)
{
	memset(pass, 0, sizeof(DynExpiryPass));
	pass->table_name = table_name;
	pass->now = dyn_ttl_now();
	pass->from = dyn_ttl_oldest(pass->now);
}

void
dyn_expiry_pass_run(DynExpiryPass *pass, int64 limit)
{
	Oid			owner;
	Oid			caller;
	int			context;
	int			settings;

	pass->deleted = 0;
	if (!find_owner(pass->table_name, &owner))
	{
		pass->done = true;
		return;
	}

	/* An error puts these back with the transaction. */
	GetUserIdAndSecContext(&caller, &context);
	SetUserIdAndSecContext(owner, context | SECURITY_RESTRICTED_OPERATION);
	settings = NewGUCNestLevel();
	run_as_owner(pass, limit);
	AtEOXact_GUC(false, settings);
	SetUserIdAndSecContext(caller, context);
}

/* Find the owner of a table's relation. */
static bool
find_owner(const char *table_name, Oid *owner)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(dyn_table_find(table_name, strlen(table_name))));

	if (!HeapTupleIsValid(tuple))
		return false;
	*owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	return true;
}

static void
run_as_owner(DynExpiryPass *pass, int64 limit)
{
	Expiring	expiring = {.pass = pass, .limit = limit};
	DynTimeToLiveRow row;
	MemoryContext context;
	MemoryContext caller;
	List	   *leaves;

	if (!dyn_time_to_live_find(pass->table_name, &row) || row.status != DYN_TTL_ENABLED)
	{
		pass->done = true;
		return;
	}
	context = AllocSetContextCreate(CurrentMemoryContext, "dynamo expiry", ALLOCSET_DEFAULT_SIZES);
	caller = MemoryContextSwitchTo(context);
	expiring.attribute = row.attribute;
	expiring.candidate = AllocSetContextCreate(context, "dynamo expired item", ALLOCSET_DEFAULT_SIZES);

	dyn_relation_open("expire_items", pass->table_name, strlen(pass->table_name), ACL_SELECT | ACL_DELETE,
					  RowExclusiveLock, &expiring.relation);
	leaves = dyn_expiry_leaves(expiring.relation.relation, RowExclusiveLock);
	while (pass->leaf < list_length(leaves) && pass->deleted < limit)
	{
		if (!run_leaf(&expiring, list_nth_oid(leaves, pass->leaf)))
			break;
		pass->leaf++;
		pass->from = dyn_ttl_oldest(pass->now);
	}
	pass->done = pass->leaf >= list_length(leaves);

	if (expiring.begun)
		dyn_row_end(&expiring.row);
	dyn_relation_close(&expiring.relation);
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
}

/* Delete what is expired in a leaf.  Returns false where the limit was reached. */
static bool
run_leaf(Expiring *expiring, Oid relid)
{
	const DynTable *table = expiring->relation.table;
	DynExpiryLeaf leaf;
	DynStreamRow stream;
	bool		finished;

	switch (dyn_expiry_leaf_open(&leaf, relid, expiring->relation.relation, table->key_attnum, table->item_attnum,
								 expiring->attribute))
	{
		case DYN_LEAF_EMPTY:
			return true;
		case DYN_LEAF_NO_INDEX:
			raise_no_index(expiring, relid);
		case DYN_LEAF_OPEN:
			break;
	}
	expiring->stream_of = dyn_streams_find_live(relid, &stream) ? relid : InvalidOid;
	finished = run_open_leaf(expiring, &leaf);
	dyn_expiry_leaf_close(&leaf);
	return finished;
}

static void
raise_no_index(const Expiring *expiring, Oid relid)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("table \"%s\" has no expiry index any more", get_rel_name(relid)),
			 errdetail("Without an index on dynamo.expires_at(item, %s) expired items are not found.",
					   quote_literal_cstr(expiring->attribute)),
			 errhint("Run: SELECT dynamo.build_indexes(%s);", quote_literal_cstr(expiring->pass->table_name))));
}

static bool
run_open_leaf(Expiring *expiring, DynExpiryLeaf *leaf)
{
	DynExpiryPass *pass = expiring->pass;
	TupleTableSlot *slot = table_slot_create(leaf->relation, NULL);
	Snapshot	snapshot = dyn_probe_newest_snapshot();
	IndexScanDesc scan;
	MemoryContext caller = CurrentMemoryContext;
	bool		finished = false;

	scan = dyn_expiry_leaf_scan(leaf, snapshot, pass->from, pass->now, false);
	while (pass->deleted < expiring->limit)
	{
		TimestampTz at;
		bool		isnull;
		Datum		item;
		Datum		key;

		CHECK_FOR_INTERRUPTS();
		if (!index_getnext_slot(scan, ForwardScanDirection, slot))
		{
			finished = true;
			break;
		}
		MemoryContextReset(expiring->candidate);
		MemoryContextSwitchTo(expiring->candidate);
		item = slot_getattr(slot, leaf->item_attnum, &isnull);
		key = slot_getattr(slot, leaf->key_attnum, &isnull);
		if (dyn_ttl_is_expired(item, expiring->attribute, pass->now, &at))
		{
			pass->from = at;
			delete_candidate(expiring, PG_DETOAST_DATUM_COPY(key));
		}
		MemoryContextSwitchTo(caller);
	}
	index_endscan(scan);
	UnregisterSnapshot(snapshot);
	ExecDropSingleTupleTableSlot(slot);
	return finished;
}

static void
delete_candidate(Expiring *expiring, struct varlena *key)
{
	DynRow	   *row = &expiring->row;

	if (expiring->begun)
		dyn_row_move(row, key);
	else
	{
		/* What the row keeps outlives the candidate. */
		MemoryContext caller = MemoryContextSwitchTo(MemoryContextGetParent(expiring->candidate));

		dyn_row_begin(row, &expiring->relation, key);
		row->skip_locked = true;
		expiring->begun = true;
		MemoryContextSwitchTo(caller);
	}
	dyn_write_row(row, false, decide, expiring);
	if (row->skipped)
		expiring->pass->skipped++;
	else if (expiring->decided && !row->suppressed)
		expiring->pass->deleted++;
}

/* An item that was put again, or rescued, since the index gave it stays as it is. */
static DynVerdict
decide(void *argument, const DynRow *row, struct varlena **item)
{
	Expiring   *expiring = argument;
	TimestampTz at;

	expiring->decided = row->found &&
		dyn_ttl_is_expired(row->item, expiring->attribute, expiring->pass->now, &at);
	if (!expiring->decided)
		return DYN_LEAVE;
	if (OidIsValid(expiring->stream_of))
		mark_deletion(expiring->stream_of, row->key);
	return DYN_DELETE;
}

/*
 * Announce a deletion to the stream of a table or partition, whose record says that it
 * was the service's.  One that is not made after all, because the row is
 * locked, is announced in vain.
 */
static void
mark_deletion(Oid relid, const struct varlena *key)
{
	uint32		relation = pg_hton32(relid);
	Size		length = VARSIZE_ANY_EXHDR(key);
	char	   *message = palloc(sizeof(relation) + length);

	memcpy(message, &relation, sizeof(relation));
	memcpy(message + sizeof(relation), VARDATA_ANY(key), length);
	dyn_log_message(DYN_TTL_MESSAGE, message, sizeof(relation) + length);
	pfree(message);
}
