/*-------------------------------------------------------------------------
 *
 * table.h
 *	  What a table is: its key schema, its indexes and what dynamo.tables
 *	  says of it; cached with the relation.
 *
 * The key schema is read from the relation's CHECK constraint key_schema
 * (from its node tree, by function OID), on any node, registered or not.
 * Indexes are the rows of dynamo.indexes of a registered table, each matched
 * with the Postgres index whose first column is index_key(item, ...) of the
 * same schema; so renaming an index, or restoring a dump, needs no repair.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_SCHEMA_TABLE_H
#define DYN_SCHEMA_TABLE_H

#include "utils/relcache.h"

#include "item/key_schema.h"

typedef enum DynIndexKind
{
	DYN_INDEX_LOCAL,
	DYN_INDEX_GLOBAL
} DynIndexKind;

typedef enum DynProjectionType
{
	DYN_PROJECT_ALL,
	DYN_PROJECT_KEYS_ONLY,
	DYN_PROJECT_INCLUDE
} DynProjectionType;

/* What may be done with an index. */
typedef enum DynIndexStatus
{
	DYN_INDEX_CREATING,			/* it is to be built, or its Postgres index is gone: it cannot be read */
	DYN_INDEX_ACTIVE,
	DYN_INDEX_DELETING			/* it is to be dropped: it cannot be read */
} DynIndexStatus;

typedef struct DynIndex
{
	char	   *name;			/* DynamoDB's */
	DynIndexKind kind;
	DynIndexStatus status;
	DynKeySchema key_schema;
	DynProjectionType projection;
	int			n_non_key_attributes;
	char	  **non_key_attributes;	/* for DYN_PROJECT_INCLUDE */
	Oid			index_oid;		/* the valid Postgres index; InvalidOid where there is none */
} DynIndex;

typedef struct DynTable
{
	Oid			relid;
	char	   *name;			/* DynamoDB's name; the relation's where it is not registered */
	bool		registered;		/* has it a row in dynamo.tables? */
	DynKeySchema key_schema;
	AttrNumber	key_attnum;
	AttrNumber	item_attnum;
	Oid			primary_key;	/* the unique index on key that operations use */
	int			nindexes;
	DynIndex   *indexes;

	/*
	 * May operations read and write it directly, as far as the relation
	 * itself can tell (see DESIGN section 4: exactly the columns key and
	 * item, no trigger but derive_key, no rule, ...)?  Row-level security and
	 * settings are asked for each operation.
	 */
	bool		direct;

	/* Of its stream, if it is registered and has one. */
	bool		creating;		/* made with a stream that is not enabled yet: not for operations on items */
	bool		streaming;		/* are changes captured? */
} DynTable;

/*
 * Describe a relation that the caller has opened and locked.  Raises where
 * it is not an item table, or where its key_schema or derive_key is gone,
 * disabled or not valid, with the statement that repairs it in the hint.
 * Cached with the relation; the result stays valid until the transaction
 * ends, even if it is invalidated meanwhile.
 */
extern const DynTable *dyn_table_describe(Relation relation);

/*
 * The relation of a table's name or ARN: registered names only, never by
 * search_path.  InvalidOid where there is none.  Takes no lock: callers
 * lock, and look again if the relation has gone meanwhile.
 */
extern Oid	dyn_table_find(const char *name_or_arn, size_t length);

/* The table of an ARN, or NULL where it is not the ARN of a table here; palloc'd. */
extern char *dyn_table_name_from_arn(const char *arn, size_t length);

/* "arn:aws:dynamodb:REGION:ACCOUNT:table/NAME"; palloc'd. */
extern char *dyn_table_arn(const char *table_name);

/*
 * Raise for what begins like an ARN and is not the ARN of a table here: it is
 * one of another account, or it is invalid.
 */
pg_noreturn extern void dyn_raise_not_our_arn(const char *arn, const char *operation);

/* For statements that people are told to run, quoted as SQL; palloc'd. */
extern char *dyn_relation_quoted_name(Relation relation);
extern char *dyn_key_schema_literals(const DynKeySchema *schema);

/* Register the callbacks of the caches.  Called once, from _PG_init. */
extern void dyn_table_cache_init(void);

#endif							/* DYN_SCHEMA_TABLE_H */
