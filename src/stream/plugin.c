/*-------------------------------------------------------------------------
 *
 * plugin.c
 *	  The output plugin: turns decoded changes into entries of the spool.
 *
 * Decoding looks at the catalog as it was at the moment of a change, and
 * dynamo.streams is part of it (user_catalog_table).  So whether a change
 * belongs to a stream is decided by the row that the writer could have seen:
 * capture begins and ends with the commits that say ENABLED and DISABLING.
 *
 * A change is what became of an item: the tuples say the key and the item
 * before and after.  An empty item is no item (operations claim absent keys
 * by one), equal bytes are no change, and another key is another item.  Old
 * tuples are whole, because tables with streams have REPLICA IDENTITY FULL.
 *
 * What the worker itself commits carries the origin DoNotReplicateId and is
 * skipped before its transactions are assembled.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "replication/logical.h"
#include "replication/origin.h"
#include "replication/output_plugin.h"
#include "replication/reorderbuffer.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "base/compat.h"
#include "item/key.h"
#include "schema/key_expressions.h"
#include "schema/table.h"
#include "stream/plugin.h"
#include "stream/spool.h"
#include "stream/stream.h"

/* What the plugin knows of a relation. */
typedef struct CapturedRelation
{
	Oid			relid;			/* hash key */
	int64		stream;			/* 0: its changes are not captured */
	DynStreamView view;
	DynKeySchema key_schema;
	AttrNumber	key_attnum;
	AttrNumber	item_attnum;
} CapturedRelation;

/* A delete that time to live has announced. */
typedef struct ServiceDelete
{
	Oid			relid;
	uint32		length;
	uint8		key[FLEXIBLE_ARRAY_MEMBER];
} ServiceDelete;

/* The key and the item of a tuple, NULL where they were not logged; there is none if the item is empty. */
typedef struct Image
{
	bool		present;
	struct varlena *key;
	struct varlena *item;
	DynValue	map;
} Image;

static bool allowed = false;
static bool callback_registered = false;

/* Everything that is known of relations, until a catalog changes. */
static HTAB *relations = NULL;
static MemoryContext relations_context = NULL;
static bool relations_changed = false;

/* Reset for every change. */
static MemoryContext change_context = NULL;

/* Of the transaction that is being decoded. */
static int64 ordinal = 0;
static List *service_deletes = NIL; /* of ServiceDelete * */

static void startup(LogicalDecodingContext *ctx, OutputPluginOptions *options, bool is_init);
static void begin(LogicalDecodingContext *ctx, ReorderBufferTXN *txn);
static void change(LogicalDecodingContext *ctx, ReorderBufferTXN *txn, Relation relation, ReorderBufferChange *change);
static void commit(LogicalDecodingContext *ctx, ReorderBufferTXN *txn, XLogRecPtr commit_lsn);
static void message(LogicalDecodingContext *ctx, ReorderBufferTXN *txn, XLogRecPtr lsn, bool transactional,
					const char *prefix, Size length, const char *content);
static bool filter_by_origin(LogicalDecodingContext *ctx, RepOriginId origin);
static const CapturedRelation *find_relation(Relation relation);
static void relation_changed(Datum argument, Oid relid);
static void read_image(Relation relation, const CapturedRelation *captured, HeapTuple tuple, Image *image);
static void read_images(Relation relation, const CapturedRelation *captured, ReorderBufferChange *change,
						Image *old, Image *new);
static void warn_of_identity(Relation relation);
static bool is_service_delete(Oid relid, const struct varlena *key);
static void capture(const CapturedRelation *captured, ReorderBufferTXN *txn, const Image *old, const Image *new,
					bool service);

/* Since 16 declared by Postgres, too. */
extern PGDLLEXPORT void _PG_output_plugin_init(OutputPluginCallbacks *callbacks);

void
_PG_output_plugin_init(OutputPluginCallbacks *callbacks)
{
	callbacks->startup_cb = startup;
	callbacks->begin_cb = begin;
	callbacks->change_cb = change;
	callbacks->commit_cb = commit;
	callbacks->message_cb = message;
	callbacks->filter_by_origin_cb = filter_by_origin;
}

void
dyn_plugin_allow(void)
{
	allowed = true;
}

static void
startup(LogicalDecodingContext *ctx, OutputPluginOptions *options, bool is_init)
{
	if (!allowed)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("output plugin \"%s\" is for the stream worker alone", DYN_STREAM_PLUGIN),
				 errhint("Read streams with dynamo.stream() or GetRecords.")));
	options->output_type = OUTPUT_PLUGIN_BINARY_OUTPUT;

	if (change_context == NULL)
		change_context = AllocSetContextCreate(TopMemoryContext, "dynamo captured change", ALLOCSET_DEFAULT_SIZES);
	if (!callback_registered)
		CacheRegisterRelcacheCallback(relation_changed, (Datum) 0);
	callback_registered = true;
	relations_changed = true;
}

static bool
filter_by_origin(LogicalDecodingContext *ctx, RepOriginId origin)
{
	return origin == DoNotReplicateId;
}

static void
begin(LogicalDecodingContext *ctx, ReorderBufferTXN *txn)
{
	ordinal = 0;
	list_free_deep(service_deletes);
	service_deletes = NIL;
}

static void
commit(LogicalDecodingContext *ctx, ReorderBufferTXN *txn, XLogRecPtr commit_lsn)
{
	list_free_deep(service_deletes);
	service_deletes = NIL;
}

/* ---- relations ---- */

/* Forget what is known when it is asked for next: somebody may be using it. */
static void
relation_changed(Datum argument, Oid relid)
{
	relations_changed = true;
}

static void
forget_relations(void)
{
	HASHCTL		control;

	if (relations_context == NULL)
		relations_context = AllocSetContextCreate(TopMemoryContext, "dynamo captured relations", ALLOCSET_DEFAULT_SIZES);
	MemoryContextReset(relations_context);
	control.keysize = sizeof(Oid);
	control.entrysize = sizeof(CapturedRelation);
	control.hcxt = relations_context;
	relations = hash_create("dynamo captured relations", 64, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	relations_changed = false;
}

/* Look the stream of a relation up.  Names in the key schema go to relations_context. */
static void
describe_relation(Relation relation, CapturedRelation *captured)
{
	DynStreamRow row;
	DynKeyCheck check;
	MemoryContext caller;

	captured->stream = 0;
	if (relation->rd_rel->relkind != RELKIND_RELATION ||
		!dyn_streams_find_live(RelationGetRelid(relation), &row) || row.status != DYN_STREAM_ENABLED)
		return;

	caller = MemoryContextSwitchTo(relations_context);
	if (dyn_relation_key_check(relation, &check))
	{
		captured->key_schema = check.key_schema;
		captured->key_attnum = check.key_attnum;
		captured->item_attnum = check.item_attnum;
		captured->view = row.view;
		captured->stream = row.id;
	}
	else
		ereport(WARNING,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("changes of table \"%s\" are missing from its stream", RelationGetRelationName(relation)),
				 errdetail("Its constraint key_schema is gone, so its items have no keys."),
				 errhint("Add the constraint again.")));
	MemoryContextSwitchTo(caller);
}

/* What is known of a relation; NULL if its changes are not captured. */
static const CapturedRelation *
find_relation(Relation relation)
{
	Oid			relid = RelationGetRelid(relation);
	CapturedRelation *captured;
	CapturedRelation made;
	bool		found;

	if (relations_changed)
		forget_relations();
	captured = hash_search(relations, &relid, HASH_FIND, NULL);
	if (captured == NULL)
	{
		made.relid = relid;
		describe_relation(relation, &made);
		captured = hash_search(relations, &relid, HASH_ENTER, &found);
		*captured = made;
	}
	return captured->stream != 0 ? captured : NULL;
}

/* ---- changes ---- */

static void
change(LogicalDecodingContext *ctx, ReorderBufferTXN *txn, Relation relation, ReorderBufferChange *change)
{
	MemoryContext caller = MemoryContextSwitchTo(change_context);
	const CapturedRelation *captured;
	Image		old = {0};
	Image		new = {0};

	MemoryContextReset(change_context);
	captured = find_relation(relation);
	if (captured != NULL)
	{
		read_images(relation, captured, change, &old, &new);
		if (change->action == REORDER_BUFFER_CHANGE_DELETE)
			capture(captured, txn, &old, &new, old.key != NULL && is_service_delete(captured->relid, old.key));
		else if (old.present && new.present &&
				 (VARSIZE(old.key) != VARSIZE(new.key) ||
				  memcmp(VARDATA(old.key), VARDATA(new.key), VARSIZE(old.key) - VARHDRSZ) != 0))
		{
			Image		none = {0};

			capture(captured, txn, &old, &none, false);
			capture(captured, txn, &none, &new, false);
		}
		else
			capture(captured, txn, &old, &new, false);
	}
	MemoryContextSwitchTo(caller);
}

/* Read what a change says of the item before and after it, and complete the one by the other. */
static void
read_images(Relation relation, const CapturedRelation *captured, ReorderBufferChange *change, Image *old, Image *new)
{
	HeapTuple	old_tuple = dyn_change_tuple(change->data.tp.oldtuple);
	HeapTuple	new_tuple = dyn_change_tuple(change->data.tp.newtuple);

	if (new_tuple != NULL)
		read_image(relation, captured, new_tuple, new);
	if (old_tuple != NULL)
		read_image(relation, captured, old_tuple, old);

	if (change->action != REORDER_BUFFER_CHANGE_INSERT && old->key == NULL)
	{
		warn_of_identity(relation);
		*old = *new;
		old->item = NULL;		/* there was one, nobody knows which */
	}
	else if (new_tuple != NULL && old_tuple != NULL)
	{
		/* What is stored out of line, and was not logged, has not changed. */
		if (new->key == NULL)
			new->key = old->key;
		if (new->item == NULL)
		{
			new->present = old->present;
			new->item = old->item;
			new->map = old->map;
		}
	}
	if ((old->present && old->key == NULL) || (new->present && new->key == NULL))
		elog(ERROR, "a change of table \"%s\" does not say the key", RelationGetRelationName(relation));
}

/* Somebody has changed the replica identity, in a server that did not preload the library. */
static void
warn_of_identity(Relation relation)
{
	ereport(WARNING,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("a change of table \"%s\" does not say what the item was", RelationGetRelationName(relation)),
			 errdetail("Its stream has no record of it if the item was deleted, and no OldImage if it was changed."),
			 errhint("Run: ALTER TABLE %s REPLICA IDENTITY FULL;", dyn_relation_quoted_name(relation))));
}

static void
read_image(Relation relation, const CapturedRelation *captured, HeapTuple tuple, Image *image)
{
	TupleDesc	columns = RelationGetDescr(relation);
	bool		key_is_null;
	bool		item_is_null;
	Datum		key = heap_getattr(tuple, captured->key_attnum, columns, &key_is_null);
	Datum		item = heap_getattr(tuple, captured->item_attnum, columns, &item_is_null);

	if (key_is_null || item_is_null)
		return;
	if (!VARATT_IS_EXTERNAL_ONDISK(DatumGetPointer(key)))
		image->key = pg_detoast_datum((struct varlena *) DatumGetPointer(key));
	if (VARATT_IS_EXTERNAL_ONDISK(DatumGetPointer(item)))
		return;
	image->item = pg_detoast_datum((struct varlena *) DatumGetPointer(item));
	image->map = dyn_item_view(PointerGetDatum(image->item));
	image->present = dyn_value_count(&image->map) > 0;
}

/* The attributes of the key alone, as an item. */
static struct varlena *
make_keys(const DynKeySchema *schema, const DynValue *map)
{
	DynBuilder	builder;

	dyn_builder_init(&builder, DYN_TAG_M);
	for (int i = 0; i < dyn_key_schema_count(schema); i++)
	{
		const DynKeyAttribute *attribute = &schema->attributes[i];
		DynValue	value;

		if (dyn_map_get(map, attribute->name, attribute->name_length, &value))
			dyn_builder_add(&builder, attribute->name, attribute->name_length, &value);
	}
	return dyn_builder_finish_item(&builder);
}

/* Note a change of an item, if it is one. */
static void
capture(const CapturedRelation *captured, ReorderBufferTXN *txn, const Image *old, const Image *new, bool service)
{
	bool		wants_old = captured->view == DYN_STREAM_OLD_IMAGE || captured->view == DYN_STREAM_NEW_AND_OLD_IMAGES;
	bool		wants_new = captured->view == DYN_STREAM_NEW_IMAGE || captured->view == DYN_STREAM_NEW_AND_OLD_IMAGES;
	const Image *subject = new->present ? new : old;
	DynCapturedChange entry = {0};
	DynValue	keys;

	if (!subject->present)
		return;
	if (old->present && new->present && old->item != NULL &&
		(old->item == new->item || dyn_value_equal(&old->map, &new->map)))
		return;

	entry.stream = captured->stream;
	entry.commit_lsn = txn->final_lsn;
	entry.ordinal = ++ordinal;
	entry.committed_at = txn->xact_time.commit_time;
	entry.hash = dyn_key_hash((const uint8 *) VARDATA(subject->key), VARSIZE(subject->key) - VARHDRSZ);
	entry.event = !old->present ? DYN_EVENT_INSERT : new->present ? DYN_EVENT_MODIFY : DYN_EVENT_REMOVE;
	entry.service = service;
	entry.keys = make_keys(&captured->key_schema, &subject->map);
	keys = dyn_item_view(PointerGetDatum(entry.keys));
	entry.size = (int32) dyn_item_size(&keys);
	if (wants_new && new->present)
	{
		entry.new_image = new->item;
		entry.size += (int32) dyn_item_size(&new->map);
	}
	if (wants_old && old->present && old->item != NULL)
	{
		entry.old_image = old->item;
		entry.size += (int32) dyn_item_size(&old->map);
	}
	dyn_spool_add(&entry);
}

/* ---- deletes by time to live ---- */

static void
message(LogicalDecodingContext *ctx, ReorderBufferTXN *txn, XLogRecPtr lsn, bool transactional,
		const char *prefix, Size length, const char *content)
{
	const uint8 *bytes = (const uint8 *) content;
	ServiceDelete *announced;
	MemoryContext caller;

	if (!transactional || strcmp(prefix, DYN_TTL_MESSAGE) != 0 ||
		length <= sizeof(Oid) || length > sizeof(Oid) + DYN_MAX_KEY_BYTES)
		return;
	caller = MemoryContextSwitchTo(TopMemoryContext);
	announced = palloc(offsetof(ServiceDelete, key) + length - sizeof(Oid));
	announced->relid = (Oid) bytes[0] << 24 | (Oid) bytes[1] << 16 | (Oid) bytes[2] << 8 | bytes[3];
	announced->length = (uint32) (length - sizeof(Oid));
	memcpy(announced->key, bytes + sizeof(Oid), announced->length);
	service_deletes = lappend(service_deletes, announced);
	MemoryContextSwitchTo(caller);
}

/* Was this delete announced?  An announcement counts for one. */
static bool
is_service_delete(Oid relid, const struct varlena *key)
{
	uint32		length = VARSIZE(key) - VARHDRSZ;

	for (int i = list_length(service_deletes) - 1; i >= 0; i--)
	{
		ServiceDelete *announced = list_nth(service_deletes, i);

		if (announced->relid == relid && announced->length == length &&
			memcmp(announced->key, VARDATA(key), length) == 0)
		{
			service_deletes = list_delete_nth_cell(service_deletes, i);
			pfree(announced);
			return true;
		}
	}
	return false;
}
