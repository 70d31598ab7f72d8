/*-------------------------------------------------------------------------
 *
 * item_relation.c
 *	  The memory of what relations have keys, and of which index they lead.
 *
 * One hash table a backend, by the relation's OID, because the relation's
 * own cache entry loses what an access method keeps in it (rd_amcache) at
 * every invalidation, for instance after each vacuum.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/stratnum.h"
#include "catalog/namespace.h"
#include "catalog/pg_am.h"
#include "catalog/pg_type.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "tableam/callbacks.h"
#include "tableam/item_relation.h"

/* Beyond so many relations the memory starts over. */
#define MAX_RELATIONS	1024

static HTAB *relations = NULL;
static MemoryContext context = NULL;
static DynItemRelation *latest = NULL;	/* the last one that was asked for */

static DynItemRelation *find(Oid relid);
static void describe(DynItemRelation *item_relation, Relation relation);
static Oid	key_type(void);
static bool is_led_by_key(Relation index, Relation table, Oid type);
static void find_comparisons(DynItemRelation *item_relation, Relation index);
static void look_up_function(Relation index, StrategyNumber strategy, FmgrInfo *function);

DynItemRelation *
dyn_item_relation(Relation relation)
{
	Oid			relid = RelationGetRelid(relation);

	if (latest == NULL || latest->relid != relid)
		latest = find(relid);
	if (!latest->valid)
		describe(latest, relation);
	if (latest->key_attnum == InvalidAttrNumber)
		return NULL;

	if (latest->placement.relation_number != dyn_relation_number(relation))
	{
		memset(&latest->placement, 0, sizeof(DynPlacement));
		latest->placement.relation_number = dyn_relation_number(relation);
		latest->placement.fill_block = InvalidBlockNumber;
	}

	/*
	 * Who truncates a file makes all backends forget its target block before
	 * they can lock the table again; the heap relies on that, too.
	 */
	if (RelationGetTargetBlock(relation) == InvalidBlockNumber)
		latest->placement.nblocks = 0;
	return latest;
}

void
dyn_item_relation_invalidate(Oid relid)
{
	DynItemRelation *item_relation;

	if (relations == NULL)
		return;
	if (OidIsValid(relid))
	{
		item_relation = hash_search(relations, &relid, HASH_FIND, NULL);
		if (item_relation != NULL)
			item_relation->valid = false;
	}
	else
	{
		HASH_SEQ_STATUS status;

		hash_seq_init(&status, relations);
		while ((item_relation = hash_seq_search(&status)) != NULL)
			item_relation->valid = false;
	}
}

/* Find the entry of a relation, or make one that is not valid yet. */
static DynItemRelation *
find(Oid relid)
{
	DynItemRelation *item_relation;
	bool		found;

	if (relations != NULL && hash_get_num_entries(relations) >= MAX_RELATIONS)
	{
		MemoryContextDelete(context);
		relations = NULL;
		latest = NULL;
	}
	if (relations == NULL)
	{
		HASHCTL		control = {0};

		context = AllocSetContextCreate(CacheMemoryContext, "dynamo item relations", ALLOCSET_SMALL_SIZES);
		control.keysize = sizeof(Oid);
		control.entrysize = sizeof(DynItemRelation);
		control.hcxt = context;
		relations = hash_create("dynamo item relations", 16, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	}

	item_relation = hash_search(relations, &relid, HASH_ENTER, &found);
	if (!found)
	{
		memset((char *) item_relation + sizeof(Oid), 0, sizeof(DynItemRelation) - sizeof(Oid));
		item_relation->placement.fill_block = InvalidBlockNumber;
	}
	return item_relation;
}

/*
 * Look through a relation's indexes.  What is found is as new as the lock
 * that the caller holds on the table, which is new enough: an index is only
 * dropped after all who might know it have let the table go.
 */
static void
describe(DynItemRelation *item_relation, Relation relation)
{
	Oid			type = key_type();
	AttrNumber	key_attnum = InvalidAttrNumber;
	Oid			key_index = InvalidOid;
	List	   *indexes;
	ListCell   *cell;

	/* Before looking, so that what changes meanwhile is noticed. */
	item_relation->valid = true;
	item_relation->key_attnum = InvalidAttrNumber;
	item_relation->placement.nblocks = 0;

	indexes = OidIsValid(type) ? RelationGetIndexList(relation) : NIL;
	foreach(cell, indexes)
	{
		Relation	index = index_open(lfirst_oid(cell), AccessShareLock);

		if (is_led_by_key(index, relation, type) &&
			(!OidIsValid(key_index) || index->rd_index->indisprimary))
		{
			key_attnum = index->rd_index->indkey.values[0];
			key_index = RelationGetRelid(index);
			find_comparisons(item_relation, index);
		}
		index_close(index, NoLock);
	}
	list_free(indexes);

	item_relation->key_index = key_index;
	item_relation->key_attnum = key_attnum;
}

/* The type dynamo.key, by its name: the extension owns the schema. */
static Oid
key_type(void)
{
	Oid			schema = get_namespace_oid("dynamo", true);

	if (!OidIsValid(schema))
		return InvalidOid;
	return GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum("key"), ObjectIdGetDatum(schema));
}

/* Is this an index that finds rows by their key? */
static bool
is_led_by_key(Relation index, Relation table, Oid type)
{
	Form_pg_index form = index->rd_index;
	AttrNumber	attnum = form->indkey.values[0];

	return form->indisunique && form->indisvalid && form->indisready &&
		index->rd_rel->relam == BTREE_AM_OID &&
		(index->rd_indoption[0] & INDOPTION_DESC) == 0 &&
		heap_attisnull(index->rd_indextuple, Anum_pg_index_indpred, NULL) &&
		AttributeNumberIsValid(attnum) &&
		TupleDescAttr(RelationGetDescr(table), attnum - 1)->atttypid == type;
}

static void
find_comparisons(DynItemRelation *item_relation, Relation index)
{
	look_up_function(index, BTGreaterEqualStrategyNumber, &item_relation->key_ge);
	look_up_function(index, BTLessStrategyNumber, &item_relation->key_lt);
}

static void
look_up_function(Relation index, StrategyNumber strategy, FmgrInfo *function)
{
	Oid			type = index->rd_opcintype[0];
	Oid			operator = get_opfamily_member(index->rd_opfamily[0], type, type, strategy);

	if (!OidIsValid(operator))
		elog(ERROR, "operator %d of index \"%s\" is missing", strategy, RelationGetRelationName(index));
	fmgr_info_cxt(get_opcode(operator), function, context);
}
