/*-------------------------------------------------------------------------
 *
 * transact.c
 *	  What transactions that write and that read have in common: the tables
 *	  and the items that they name.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "base/error.h"
#include "base/settings.h"
#include "base/try.h"
#include "engine/item_key.h"
#include "engine/transact.h"

/* What it takes to make a key, and the key. */
typedef struct KeyMaking
{
	const DynTable *table;
	const DynRequestKey *request_key;
	const DynValue *item;		/* to be put, or NULL */
	DynValue   *partition_key;
	struct varlena *key;
} KeyMaking;

static void make_key(void *argument);
static bool is_bad_key(const DynTable *table, const DynRequestKey *key, const DynValue *item);
static bool is_validation(int sqlerrcode);

int
dyn_transact_add_table(DynTransactTables *tables, const DynTableName *name, AclMode privileges)
{
	int			i;

	for (i = 0; i < tables->count; i++)
		if (tables->tables[i].name->length == name->length &&
			memcmp(tables->tables[i].name->data, name->data, name->length) == 0)
			break;
	if (i == tables->count)
	{
		tables->tables[i].name = name;
		tables->tables[i].privileges = 0;
		tables->count++;
	}
	tables->tables[i].privileges |= privileges;
	return i;
}

void
dyn_transact_open(DynTransactTables *tables, const char *operation, LOCKMODE lockmode)
{
	for (int i = 0; i < tables->count; i++)
		dyn_relation_open(operation, tables->tables[i].name->data, tables->tables[i].name->length,
						  tables->tables[i].privileges, lockmode, &tables->tables[i].relation);
}

void
dyn_transact_close(DynTransactTables *tables)
{
	for (int i = 0; i < tables->count; i++)
		dyn_relation_close(&tables->tables[i].relation);
}

/* A key that is empty or too long is bad for any table, so it is the request that is refused. */
struct varlena *
dyn_transact_key(const DynTable *table, const DynRequestKey *key, const DynValue *item,
				 DynValue *partition_key, MemoryContext context, DynCancellationReason *reason)
{
	KeyMaking	making = {table, key, item, partition_key, NULL};

	if (is_bad_key(table, key, item))
		make_key(&making);
	else if (!dyn_transact_validates(make_key, &making, context, reason))
		return NULL;
	return making.key;
}

static void
make_key(void *argument)
{
	KeyMaking  *making = argument;

	making->key = making->item != NULL ?
		dyn_item_key(making->table, making->item, making->partition_key) :
		dyn_request_key(making->table, making->request_key, making->partition_key);
}

static bool
is_bad_key(const DynTable *table, const DynRequestKey *key, const DynValue *item)
{
	const DynKeySchema *schema = &table->key_schema;
	const DynValue *map = item != NULL ? item : &key->map;

	for (int i = 0; i < dyn_key_schema_count(schema); i++)
	{
		const DynKeyAttribute *attribute = &schema->attributes[i];
		DynValue	value;

		if (dyn_map_get(map, attribute->name, attribute->name_length, &value) && value.tag == attribute->tag &&
			(value.length == 0 ||
			 value.length > (i < schema->nhash ? DYN_MAX_HASH_VALUE_BYTES : DYN_MAX_RANGE_VALUE_BYTES)))
			return true;
	}
	return false;
}

bool
dyn_transact_validates(void (*run) (void *argument), void *argument, MemoryContext context,
					   DynCancellationReason *reason)
{
	ErrorData  *error = dyn_catch(run, argument, is_validation);

	if (error == NULL)
		return true;
	reason->code = DYN_REASON_VALIDATION_ERROR;
	reason->message = MemoryContextStrdup(context, error->message);
	return false;
}

static bool
is_validation(int sqlerrcode)
{
	return sqlerrcode == ERRCODE_DYN_VALIDATION;
}

void
dyn_transact_sort(DynNamedItem *items, int count)
{
	if (!dyn_named_items_sort(items, count))
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Transaction request cannot include multiple operations on one item"),
				 errhint("Say in one action all that is to be done with an item.")));
}

void
dyn_transact_check_size(Size bytes)
{
	if (dyn_enforce_limits && bytes > DYN_MAX_TRANSACTION_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("The aggregate size of the items in the transaction exceeds 4 MB"),
				 errdetail("They have %zu bytes; %d are allowed.", bytes, DYN_MAX_TRANSACTION_BYTES),
				 errhint("Use several operations in one transaction of SQL, or set dynamo.enforce_limits to off.")));
}
