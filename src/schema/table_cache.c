/*-------------------------------------------------------------------------
 *
 * table_cache.c
 *	  What this session knows of tables: names to relations, and relations to
 *	  descriptions.
 *
 * Both caches drop what a relcache invalidation names: the table itself, or
 * a catalog of ours.  A description that somebody may still hold is retired
 * and freed at the end of the transaction.  A look-up that an invalidation
 * overtakes is not cached.  Both are bounded, and start anew when they are
 * full.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "utils/catcache.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "schema/arn.h"
#include "schema/catalog.h"
#include "schema/streams.h"
#include "schema/table.h"
#include "schema/table_build.h"

#define MAX_NAMES			4096
#define MAX_DESCRIPTIONS	1024

typedef struct CachedName
{
	char		name[DYN_MAX_TABLE_NAME + 1];	/* hash key */
	Oid			relid;
} CachedName;

/* The way back from a relation, for invalidations. */
typedef struct NamedRelation
{
	Oid			relid;			/* hash key */
	CachedName *cached;
} NamedRelation;

/* A description and the memory context that holds it. */
typedef struct Description
{
	DynTable	table;			/* first: callers get a pointer to it */
	MemoryContext context;
	uint64		used_in;		/* the last transaction that asked for it */
	struct Description *next_retired;
} Description;

typedef struct CachedDescription
{
	Oid			relid;			/* hash key */
	Description *description;
} CachedDescription;

static HTAB *names = NULL;
static HTAB *named_relations = NULL;
static HTAB *descriptions = NULL;
static Description *retired = NULL;

/* Counts transactions of this session. */
static uint64 transaction = 0;

/* Count the invalidations that may concern what is being looked up. */
static uint64 name_changes = 0;
static uint64 description_changes = 0;

/* The relation that is being described, if any. */
static Oid	building = InvalidOid;

static void relation_changed(Datum argument, Oid relid);
static void transaction_ended(XactEvent event, void *argument);

void
dyn_table_cache_init(void)
{
	CacheRegisterRelcacheCallback(relation_changed, (Datum) 0);
	RegisterXactCallback(transaction_ended, NULL);
}

/* Make a hash table in CacheMemoryContext. */
static HTAB *
make_hash(const char *what, Size key_size, Size entry_size, int flags)
{
	HASHCTL		control;

	if (CacheMemoryContext == NULL)
		CreateCacheMemoryContext();
	control.keysize = key_size;
	control.entrysize = entry_size;
	control.hcxt = CacheMemoryContext;
	return hash_create(what, 64, &control, HASH_ELEM | HASH_CONTEXT | flags);
}

/* ---- names ---- */

static void
forget_names(void)
{
	if (names == NULL)
		return;
	hash_destroy(names);
	hash_destroy(named_relations);
	names = NULL;
	named_relations = NULL;
}

/* Forget the name of a relation. */
static void
forget_name(Oid relid)
{
	NamedRelation *named = hash_search(named_relations, &relid, HASH_FIND, NULL);

	if (named == NULL)
		return;
	(void) hash_search(names, named->cached->name, HASH_REMOVE, NULL);
	(void) hash_search(named_relations, &relid, HASH_REMOVE, NULL);
}

static void
remember_name(const char *name, Oid relid)
{
	CachedName *cached;
	NamedRelation *named;

	if (names != NULL && hash_get_num_entries(names) >= MAX_NAMES)
		forget_names();
	if (names == NULL)
	{
		HTAB	   *made = make_hash("dynamo table names", sizeof(cached->name), sizeof(CachedName), HASH_STRINGS);

		named_relations = make_hash("dynamo named relations", sizeof(Oid), sizeof(NamedRelation), HASH_BLOBS);
		names = made;
	}

	/* The way back comes first: without memory for the rest it does no harm. */
	named = hash_search(named_relations, &relid, HASH_ENTER, NULL);
	named->cached = NULL;
	PG_TRY();
	{
		cached = hash_search(names, name, HASH_ENTER, NULL);
	}
	PG_CATCH();
	{
		(void) hash_search(named_relations, &relid, HASH_REMOVE, NULL);
		PG_RE_THROW();
	}
	PG_END_TRY();
	cached->relid = relid;
	named->cached = cached;
}

Oid
dyn_table_find(const char *name_or_arn, size_t length)
{
	char		name[DYN_MAX_TABLE_NAME + 1];
	CachedName *cached;
	DynTableRow row;
	uint64		changes;

	if (length > 4 && memcmp(name_or_arn, "arn:", 4) == 0 &&
		!dyn_arn_table(name_or_arn, length, &name_or_arn, &length))
		return InvalidOid;
	if (length == 0 || length > DYN_MAX_TABLE_NAME || memchr(name_or_arn, '\0', length) != NULL)
		return InvalidOid;
	memcpy(name, name_or_arn, length);
	name[length] = '\0';

	if (names != NULL)
	{
		cached = hash_search(names, name, HASH_FIND, NULL);
		if (cached != NULL)
			return cached->relid;
	}

	changes = name_changes;
	if (!dyn_catalog_find_table(name, &row))
		return InvalidOid;
	if (changes == name_changes)
		remember_name(name, row.relation);
	return row.relation;
}

/* ---- descriptions ---- */

/* Take a description out of use: free it, or keep it to the end of the transaction for who has it. */
static void
retire(Description *description)
{
	if (description->used_in != transaction)
	{
		MemoryContextDelete(description->context);
		return;
	}
	description->next_retired = retired;
	retired = description;
}

static void
forget_description(Oid relid)
{
	CachedDescription *cached = hash_search(descriptions, &relid, HASH_FIND, NULL);

	if (cached == NULL)
		return;
	retire(cached->description);
	(void) hash_search(descriptions, &relid, HASH_REMOVE, NULL);
}

static void
forget_descriptions(void)
{
	HASH_SEQ_STATUS status;
	CachedDescription *cached;

	if (descriptions == NULL)
		return;
	hash_seq_init(&status, descriptions);
	while ((cached = hash_seq_search(&status)) != NULL)
	{
		retire(cached->description);
		(void) hash_search(descriptions, &cached->relid, HASH_REMOVE, NULL);
	}
}

/* Make a description in a context of its own. */
static Description *
describe(Relation relation)
{
	MemoryContext work = AllocSetContextCreate(CurrentMemoryContext, "dynamo table, being described", ALLOCSET_DEFAULT_SIZES);
	MemoryContext context = AllocSetContextCreate(work, "dynamo table", ALLOCSET_SMALL_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(work);
	Oid			outer = building;
	Description *description = MemoryContextAllocZero(context, sizeof(Description));

	description->context = context;
	description->used_in = transaction;

	/* After an error "building" is stale, which only costs a needless rebuild. */
	building = RelationGetRelid(relation);
	dyn_table_build(relation, &description->table, context);
	building = outer;

	MemoryContextSetIdentifier(context, description->table.name);
	MemoryContextSwitchTo(caller);
	MemoryContextSetParent(context, CacheMemoryContext);
	MemoryContextDelete(work);
	return description;
}

const DynTable *
dyn_table_describe(Relation relation)
{
	Oid			relid = RelationGetRelid(relation);
	CachedDescription *cached;
	Description *description;
	uint64		changes;

	if (descriptions != NULL)
	{
		cached = hash_search(descriptions, &relid, HASH_FIND, NULL);
		if (cached != NULL)
		{
			cached->description->used_in = transaction;
			return &cached->description->table;
		}
	}
	else
		descriptions = make_hash("dynamo tables", sizeof(Oid), sizeof(CachedDescription), HASH_BLOBS);

	changes = description_changes;
	description = describe(relation);
	if (changes != description_changes)
	{
		retire(description);
		return &description->table;
	}

	if (hash_get_num_entries(descriptions) >= MAX_DESCRIPTIONS)
		forget_descriptions();

	/* If there is no memory for the entry, it goes at the end of the transaction. */
	retire(description);
	cached = hash_search(descriptions, &relid, HASH_ENTER, NULL);
	retired = description->next_retired;
	cached->description = description;
	return &description->table;
}

/* ---- invalidation ---- */

static void
relation_changed(Datum argument, Oid relid)
{
	bool		everything = !OidIsValid(relid) ||
		relid == dyn_catalog_tables_oid || relid == dyn_catalog_indexes_oid || relid == dyn_catalog_streams_oid;

	/* A name may be on its way to any relation. */
	name_changes++;

	if (everything)
	{
		description_changes++;
		forget_names();
		forget_descriptions();
		return;
	}
	if (relid == building)
		description_changes++;
	if (names != NULL)
		forget_name(relid);
	if (descriptions != NULL)
		forget_description(relid);
}

static void
transaction_ended(XactEvent event, void *argument)
{
	switch (event)
	{
		case XACT_EVENT_COMMIT:
		case XACT_EVENT_ABORT:
		case XACT_EVENT_PREPARE:
		case XACT_EVENT_PARALLEL_COMMIT:
		case XACT_EVENT_PARALLEL_ABORT:
			break;
		default:
			return;
	}
	transaction++;
	while (retired != NULL)
	{
		Description *next = retired->next_retired;

		MemoryContextDelete(retired->context);
		retired = next;
	}
}
