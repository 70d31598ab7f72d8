/*-------------------------------------------------------------------------
 *
 * statements.c
 *	  Saved statements that read and write an item's row: the planned path.
 *
 * A relation's statements are prepared when they are first needed and kept
 * for the session.  The plan cache follows most changes by itself; but the
 * texts name schema, relation and columns, so they are made anew after any
 * invalidation of the relation or of a schema's name.
 *
 * Each has a key for its only condition, so the plan must be a look-up in the
 * primary key, whatever size the table had when it was planned: sequential
 * scans are switched off while one of these statements is planned (and only
 * then, because user code runs while it is executed).  A statement that reads
 * a range in the order of an index must not collect and sort it first, so
 * bitmap scans and sorts are off for it, too.
 *
 * REPLACE and DELETE name the item that the caller decided on.  If the row
 * has another by then, they do nothing, and the caller finds it and decides
 * again: no update is lost, although nothing was locked.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "optimizer/cost.h"
#include "storage/proc.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/plancache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "index/statements.h"

struct DynStatements
{
	bool		valid;
	bool		replaced;		/* by newer ones: goes with its last user */

	/*
	 * How many operations use it now.  The count is of one transaction, so
	 * that operations that ended by an error need not be counted off.
	 */
	int			users;
	LocalTransactionId users_transaction;

	SPIPlanPtr	plans[DYN_STATEMENTS];
	struct RangeStatement *ranges;	/* list of those that read ranges, at most two for each index */
};

typedef struct RangeStatement
{
	struct RangeStatement *next;
	SPIPlanPtr	plan;
	char		text[FLEXIBLE_ARRAY_MEMBER];
} RangeStatement;

typedef struct CacheEntry
{
	Oid			relid;			/* hash key; must be first */
	DynStatements *statements;
} CacheEntry;

static HTAB *cache = NULL;

static void create_cache(void);
static void relation_changed(Datum arg, Oid relid);
static void schema_changed(Datum arg, int cacheid, uint32 hashvalue);
static void forget_invalid(void);
static void forget(CacheEntry *entry);
static void count_user(DynStatements *statements, int change);
static void free_unused(DynStatements *statements);
static SPIPlanPtr prepare(const DynRelation *relation, DynStatement statement);
static char *statement_text(const DynRelation *relation, DynStatement statement);
static char *insert_text(Relation relation, const char *name, const char *key, const char *item);
static const char *column_name(Relation relation, AttrNumber column);
static RangeStatement *find_range(DynStatements *statements, const DynRelation *relation, const char *text,
								  int nparameters);
static CachedPlan *plan_for_index(SPIPlanPtr plan, bool in_order);

DynStatements *
dyn_statements_acquire(const DynRelation *relation)
{
	Oid			relid = RelationGetRelid(relation->relation);
	CacheEntry *entry;

	if (cache == NULL)
		create_cache();
	entry = hash_search(cache, &relid, HASH_FIND, NULL);
	if (entry == NULL)
	{
		/* Relations that have gone leave their statements behind. */
		forget_invalid();
		entry = hash_search(cache, &relid, HASH_ENTER, NULL);
		entry->statements = NULL;
	}
	if (entry->statements != NULL && !entry->statements->valid)
		forget(entry);
	if (entry->statements == NULL)
	{
		entry->statements = MemoryContextAllocZero(TopMemoryContext, sizeof(DynStatements));
		entry->statements->valid = true;
	}
	count_user(entry->statements, +1);
	return entry->statements;
}

void
dyn_statements_release(DynStatements *statements)
{
	count_user(statements, -1);
	if (statements->replaced)
		free_unused(statements);
}

uint64
dyn_statement_run(DynStatements *statements, const DynRelation *relation, DynStatement statement,
				  Datum *values, bool read_only)
{
	CachedPlan *cached;
	int			result;

	if (statements->plans[statement] == NULL)
		statements->plans[statement] = prepare(relation, statement);

	cached = plan_for_index(statements->plans[statement], false);
	result = SPI_execute_plan(statements->plans[statement], values, NULL, read_only, 0);
	ReleaseCachedPlan(cached, CurrentResourceOwner);
	if (result < 0)
		elog(ERROR, "could not run a statement on table \"%s\": %s",
			 RelationGetRelationName(relation->relation), SPI_result_code_string(result));
	return SPI_processed;
}

Portal
dyn_statement_open(DynStatements *statements, const DynRelation *relation, const char *text,
				   int nparameters, Datum *values)
{
	RangeStatement *range = find_range(statements, relation, text, nparameters);
	CachedPlan *cached = plan_for_index(range->plan, true);
	Portal		portal = SPI_cursor_open(NULL, range->plan, values, NULL, true);

	ReleaseCachedPlan(cached, CurrentResourceOwner);
	return portal;
}

/* Find the statement of a text, or prepare it. */
static RangeStatement *
find_range(DynStatements *statements, const DynRelation *relation, const char *text, int nparameters)
{
	Oid			key = TupleDescAttr(RelationGetDescr(relation->relation), relation->table->key_attnum - 1)->atttypid;
	Oid			types[3] = {key, key, key};
	RangeStatement *range;
	SPIPlanPtr	plan;

	for (range = statements->ranges; range != NULL; range = range->next)
		if (strcmp(range->text, text) == 0)
			return range;

	Assert(nparameters <= lengthof(types));
	plan = SPI_prepare_cursor(text, nparameters, types,
							  CURSOR_OPT_GENERIC_PLAN | CURSOR_OPT_FAST_PLAN | CURSOR_OPT_NO_SCROLL);
	if (plan == NULL)
		elog(ERROR, "could not prepare \"%s\": %s", text, SPI_result_code_string(SPI_result));

	range = MemoryContextAlloc(TopMemoryContext, offsetof(RangeStatement, text) + strlen(text) + 1);
	strcpy(range->text, text);
	range->plan = plan;
	SPI_keepplan(plan);
	range->next = statements->ranges;
	statements->ranges = range;
	return range;
}

static void
create_cache(void)
{
	HASHCTL		control = {.keysize = sizeof(Oid), .entrysize = sizeof(CacheEntry)};

	cache = hash_create("dynamo statements", 64, &control, HASH_ELEM | HASH_BLOBS);
	CacheRegisterRelcacheCallback(relation_changed, (Datum) 0);
	CacheRegisterSyscacheCallback(NAMESPACEOID, schema_changed, (Datum) 0);
}

static void
relation_changed(Datum arg, Oid relid)
{
	HASH_SEQ_STATUS scan;
	CacheEntry *entry;

	if (OidIsValid(relid))
	{
		entry = hash_search(cache, &relid, HASH_FIND, NULL);
		if (entry != NULL && entry->statements != NULL)
			entry->statements->valid = false;
		return;
	}
	hash_seq_init(&scan, cache);
	while ((entry = hash_seq_search(&scan)) != NULL)
	{
		if (entry->statements != NULL)
			entry->statements->valid = false;
	}
}

static void
schema_changed(Datum arg, int cacheid, uint32 hashvalue)
{
	relation_changed(arg, InvalidOid);
}

static void
forget_invalid(void)
{
	HASH_SEQ_STATUS scan;
	CacheEntry *entry;

	hash_seq_init(&scan, cache);
	while ((entry = hash_seq_search(&scan)) != NULL)
	{
		if (entry->statements != NULL && entry->statements->valid)
			continue;
		if (entry->statements != NULL)
			forget(entry);
		hash_search(cache, &entry->relid, HASH_REMOVE, NULL);
	}
}

static void
forget(CacheEntry *entry)
{
	DynStatements *statements = entry->statements;

	entry->statements = NULL;
	statements->replaced = true;
	free_unused(statements);
}

static void
count_user(DynStatements *statements, int change)
{
	LocalTransactionId transaction = dyn_local_transaction_id();

	if (statements->users_transaction != transaction)
	{
		statements->users_transaction = transaction;
		statements->users = 0;
	}
	statements->users += change;
}

/*
 * Free statements that the cache does not hold any more, unless an operation
 * further up the stack is using them.
 */
static void
free_unused(DynStatements *statements)
{
	count_user(statements, 0);
	if (statements->users > 0)
		return;
	for (int i = 0; i < DYN_STATEMENTS; i++)
	{
		if (statements->plans[i] != NULL)
			SPI_freeplan(statements->plans[i]);
	}
	while (statements->ranges != NULL)
	{
		RangeStatement *range = statements->ranges;

		statements->ranges = range->next;
		SPI_freeplan(range->plan);
		pfree(range);
	}
	pfree(statements);
}

static SPIPlanPtr
prepare(const DynRelation *relation, DynStatement statement)
{
	TupleDesc	columns = RelationGetDescr(relation->relation);
	Oid			key = TupleDescAttr(columns, relation->table->key_attnum - 1)->atttypid;
	Oid			item = TupleDescAttr(columns, relation->table->item_attnum - 1)->atttypid;
	Oid			types[3] = {key, item, item};
	static const int nparameters[DYN_STATEMENTS] = {1, 1, 2, 3, 2};
	char	   *text = statement_text(relation, statement);
	SPIPlanPtr	plan = SPI_prepare_cursor(text, nparameters[statement], types, CURSOR_OPT_GENERIC_PLAN);

	if (plan == NULL || SPI_keepplan(plan) != 0)
		elog(ERROR, "could not prepare \"%s\": %s", text, SPI_result_code_string(SPI_result));
	return plan;
}

/* Everything is qualified: the caller's search_path finds nothing of this. */
static char *
statement_text(const DynRelation *relation, DynStatement statement)
{
	Relation	rel = relation->relation;
	const char *name = dyn_relation_quoted_name(rel);
	const char *key = column_name(rel, relation->table->key_attnum);
	const char *item = column_name(rel, relation->table->item_attnum);

	switch (statement)
	{
		case DYN_STATEMENT_READ:
			return psprintf("SELECT t.%s FROM %s AS t WHERE t.%s OPERATOR(pg_catalog.=) $1",
							item, name, key);
		case DYN_STATEMENT_LOCK:
			return psprintf("SELECT t.%s FROM %s AS t WHERE t.%s OPERATOR(pg_catalog.=) $1"
							" FOR NO KEY UPDATE", item, name, key);
		case DYN_STATEMENT_INSERT:
			return insert_text(rel, name, key, item);
		case DYN_STATEMENT_REPLACE:
			return psprintf("UPDATE %s AS t SET %s = $2 WHERE t.%s OPERATOR(pg_catalog.=) $1"
							" AND t.%s OPERATOR(pg_catalog.=) $3", name, item, key, item);
		case DYN_STATEMENT_DELETE:
			return psprintf("DELETE FROM %s AS t WHERE t.%s OPERATOR(pg_catalog.=) $1"
							" AND t.%s OPERATOR(pg_catalog.=) $2", name, key, item);
	}
	pg_unreachable();
}

/*
 * Postgres takes no ON CONFLICT where there are rules.  There, two first
 * writes of a key at a time end with a unique violation.
 */
static char *
insert_text(Relation relation, const char *name, const char *key, const char *item)
{
	char	   *text = psprintf("INSERT INTO %s (%s, %s) VALUES ($1, $2)", name, key, item);

	return relation->rd_rel->relhasrules ? text : psprintf("%s ON CONFLICT (%s) DO NOTHING", text, key);
}

static const char *
column_name(Relation relation, AttrNumber column)
{
	return quote_identifier(NameStr(TupleDescAttr(RelationGetDescr(relation), column - 1)->attname));
}

/*
 * Plan it, or look whether its plan is still good; held until it is released.
 * "in_order" is for one that reads an index in its order.
 */
static CachedPlan *
plan_for_index(SPIPlanPtr plan, bool in_order)
{
	bool		seqscan = enable_seqscan;
	bool		bitmapscan = enable_bitmapscan;
	bool		sort = enable_sort;
	CachedPlan *cached;

	PG_TRY();
	{
		enable_seqscan = false;
		if (in_order)
			enable_bitmapscan = enable_sort = false;
		cached = SPI_plan_get_cached_plan(plan);
	}
	PG_FINALLY();
	{
		enable_seqscan = seqscan;
		enable_bitmapscan = bitmapscan;
		enable_sort = sort;
	}
	PG_END_TRY();
	return cached;
}
