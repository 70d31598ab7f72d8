/*-------------------------------------------------------------------------
 *
 * compat.h
 *	  Differences between PostgreSQL 15, 16, 17 and 18.
 *
 * The only file that asks for PG_VERSION_NUM.  It offers the newest
 * signature, or a neutral name, to everyone.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_BASE_COMPAT_H
#define DYN_BASE_COMPAT_H

#include "pg_config.h"

#if PG_VERSION_NUM < 150000
#error "dynamo needs PostgreSQL 15 or later"
#endif

/* The macros of varlena values moved out of postgres.h. */
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

/* What settings call when they change moved out of replication/syncrep.h. */
#if PG_VERSION_NUM >= 160000
#include "utils/guc_hooks.h"
#endif

#include "access/amapi.h"
#include "common/base64.h"
#include "common/jsonapi.h"
#include "mb/pg_wchar.h"

/* That a function does not return is said before its type since 18. */
#if PG_VERSION_NUM < 180000
#define pg_noreturn __attribute__((noreturn))
#endif

/* What base64 encodes is bytes since 18. */
#if PG_VERSION_NUM < 180000
#define dyn_b64_encode(bytes, length, to, room) \
	pg_b64_encode((const char *) (bytes), length, to, room)
#define dyn_b64_decode(text, length, to, room) \
	pg_b64_decode(text, length, (char *) (to), room)
#else
#define dyn_b64_encode(bytes, length, to, room) pg_b64_encode((const uint8 *) (bytes), length, to, room)
#define dyn_b64_decode(text, length, to, room) pg_b64_decode(text, length, to, room)
#endif

/*
 * Set up a JSON lexer in the caller's memory that leaves escapes to the
 * caller.  Since 17 a function does it without allocating.
 */
static inline void
dyn_json_lexer_begin(JsonLexContext *lex, const char *text, size_t length)
{
#if PG_VERSION_NUM >= 170000
	(void) makeJsonLexContextCstringLen(lex, text, length, PG_UTF8, false);
#else
	memset(lex, 0, sizeof(JsonLexContext));
	lex->input = lex->token_terminator = lex->line_start = unconstify(char *, text);
	lex->line_number = 1;
	lex->input_length = (int) length;
	lex->input_encoding = PG_UTF8;
#endif
}

/* What an update leaves to do for the indexes: 15 knew only all or nothing. */
#if PG_VERSION_NUM < 160000
typedef enum TU_UpdateIndexes
{
	TU_None,
	TU_All,
	TU_Summarizing
} TU_UpdateIndexes;

/* table_tuple_update, ExecInsertIndexTuples */
#define dyn_table_tuple_update(result, relation, tid, slot, cid, snapshot, tmfd, lockmode, update_indexes) \
	do { \
		bool		update_all_ = false; \
		(result) = table_tuple_update(relation, tid, slot, cid, snapshot, InvalidSnapshot, true, \
									  tmfd, lockmode, &update_all_); \
		*(update_indexes) = update_all_ ? TU_All : TU_None; \
	} while (0)
#define dyn_insert_index_tuples(rri, slot, estate, update, no_dup_err, conflict, arbiters, summarizing) \
	ExecInsertIndexTuples(rri, slot, estate, update, no_dup_err, conflict, arbiters)
#else
#define dyn_table_tuple_update(result, relation, tid, slot, cid, snapshot, tmfd, lockmode, update_indexes) \
	((result) = table_tuple_update(relation, tid, slot, cid, snapshot, InvalidSnapshot, true, \
								   tmfd, lockmode, update_indexes))
#define dyn_insert_index_tuples(rri, slot, estate, update, no_dup_err, conflict, arbiters, summarizing) \
	ExecInsertIndexTuples(rri, slot, estate, update, no_dup_err, conflict, arbiters, summarizing)
#endif

/* index_beginscan takes instrumentation since 18. */
#if PG_VERSION_NUM < 180000
#define dyn_index_beginscan(heap, index, snapshot, nkeys, norderbys) \
	index_beginscan(heap, index, snapshot, nkeys, norderbys)
#else
#define dyn_index_beginscan(heap, index, snapshot, nkeys, norderbys) \
	index_beginscan(heap, index, snapshot, NULL, nkeys, norderbys)
#endif

/* Insertions into an index are followed by a clean-up since 17. */
#if PG_VERSION_NUM < 170000
#define dyn_index_insert_cleanup(index, index_info) ((void) 0)
#else
#define dyn_index_insert_cleanup(index, index_info) index_insert_cleanup(index, index_info)
#endif

/* Number of the transaction within its backend. */
#if PG_VERSION_NUM < 170000
#define dyn_local_transaction_id()	(MyProc->lxid)
#else
#define dyn_local_transaction_id()	(MyProc->vxid.lxid)
#endif

/* Privileges on a schema. */
#if PG_VERSION_NUM < 160000
#define dyn_schema_aclcheck(schema, role, mode) pg_namespace_aclcheck(schema, role, mode)
#else
#define dyn_schema_aclcheck(schema, role, mode) object_aclcheck(NamespaceRelationId, schema, role, mode)
#endif

/* Privileges on a function. */
#if PG_VERSION_NUM < 160000
#define dyn_function_aclcheck(function, role, mode) pg_proc_aclcheck(function, role, mode)
#else
#define dyn_function_aclcheck(function, role, mode) object_aclcheck(ProcedureRelationId, function, role, mode)
#endif

/* Privileges on a database. */
#if PG_VERSION_NUM < 160000
#define dyn_database_aclcheck(database, role, mode) pg_database_aclcheck(database, role, mode)
#else
#define dyn_database_aclcheck(database, role, mode) object_aclcheck(DatabaseRelationId, database, role, mode)
#endif

/* A set of what to wait for that lives as long as the process. */
#if PG_VERSION_NUM < 170000
#define dyn_create_wait_event_set(nevents) CreateWaitEventSet(TopMemoryContext, nevents)
#else
#define dyn_create_wait_event_set(nevents) CreateWaitEventSet(NULL, nevents)
#endif

/* Run a query for its next rows; since 18 any query may be run on. */
#if PG_VERSION_NUM < 180000
#define dyn_executor_run(query, count) ExecutorRun(query, ForwardScanDirection, count, false)
#else
#define dyn_executor_run(query, count) ExecutorRun(query, ForwardScanDirection, count)
#endif

/* Does the role own it?  Since 16 one function serves all kinds of objects. */
#if PG_VERSION_NUM >= 160000
#define dyn_relation_ownercheck(relid, role) object_ownercheck(RelationRelationId, (relid), (role))
#define dyn_statistics_ownercheck(statistics, role) object_ownercheck(StatisticExtRelationId, (statistics), (role))
#define dyn_schema_ownercheck(schema, role) object_ownercheck(NamespaceRelationId, (schema), (role))
#else
#define dyn_relation_ownercheck(relid, role) pg_class_ownercheck((relid), (role))
#define dyn_statistics_ownercheck(statistics, role) pg_statistics_object_ownercheck((statistics), (role))
#define dyn_schema_ownercheck(schema, role) pg_namespace_ownercheck((schema), (role))
#endif

/* Since 18 a Constraint node says whether it is enforced. */
#if PG_VERSION_NUM >= 180000
#define dyn_constraint_enforce(constraint) ((constraint)->is_enforced = true)
#else
#define dyn_constraint_enforce(constraint) ((void) (constraint))
#endif

/* Since 18 a CHECK may be NOT ENFORCED; it is not valid then. */
#if PG_VERSION_NUM >= 180000
#define dyn_check_is_enforced(check) ((check)->ccenforced)
#else
#define dyn_check_is_enforced(check) true
#endif

/* The number of the files that hold a relation. */
#if PG_VERSION_NUM >= 160000
#define dyn_relation_number(relation) ((relation)->rd_locator.relNumber)
#else
#define dyn_relation_number(relation) ((relation)->rd_node.relNode)
#endif

/* What tuple_update tells about index entries: since 16 more than a boolean. */
#if PG_VERSION_NUM >= 160000
#define DynUpdateIndexes TU_UpdateIndexes
#else
#define DynUpdateIndexes bool
#endif

/*
 * The columns whose change forbids a HOT update, as the relation's cache
 * entry has them; and whether it has them.  "Forget" makes it compute them
 * again.  In 15, where NULL means that they are not known, they cannot be
 * none at all.
 */
#if PG_VERSION_NUM >= 160000
#define DYN_HOT_BLOCKING INDEX_ATTR_BITMAP_HOT_BLOCKING
#define dyn_hot_blocking(relation) ((relation)->rd_hotblockingattr)
#define dyn_hot_blocking_known(relation) ((relation)->rd_attrsvalid)
#define dyn_hot_blocking_forget(relation) ((relation)->rd_attrsvalid = false)
#else
#define DYN_HOT_BLOCKING INDEX_ATTR_BITMAP_ALL
#define dyn_hot_blocking(relation) ((relation)->rd_indexattr)
#define dyn_hot_blocking_known(relation) ((relation)->rd_indexattr != NULL)
#define dyn_hot_blocking_forget(relation) \
	(bms_free((relation)->rd_indexattr), (relation)->rd_indexattr = NULL)
#endif

/* Does an index summarize blocks, so that it does not forbid HOT updates? */
#if PG_VERSION_NUM >= 160000
#define dyn_index_is_summarizing(index) ((index)->rd_indam->amsummarizing)
#else
#define dyn_index_is_summarizing(index) false
#endif

/* Add one page at the end of a relation; it is zeroed, pinned and locked. */
#if PG_VERSION_NUM >= 160000
#define dyn_relation_extend(relation) \
	ExtendBufferedRel(BMR_REL(relation), MAIN_FORKNUM, NULL, EB_LOCK_FIRST)
#else
#define dyn_relation_extend(relation) \
	ReadBufferExtended(relation, MAIN_FORKNUM, P_NEW, RBM_ZERO_AND_LOCK, NULL)
#endif

/* Must the caller of it hold the relation's extension lock? */
#if PG_VERSION_NUM >= 160000
#define DYN_EXTEND_NEEDS_LOCK false
#else
#define DYN_EXTEND_NEEDS_LOCK true
#endif

/* Run a portal to its end, as a top-level statement.  (A macro: few files need the headers.) */
#if PG_VERSION_NUM >= 180000
#define dyn_portal_run_all(portal, receiver) PortalRun(portal, FETCH_ALL, true, receiver, receiver, NULL)
#else
#define dyn_portal_run_all(portal, receiver) PortalRun(portal, FETCH_ALL, true, true, receiver, receiver, NULL)
#endif

/* Where the pages of a relation are that the relation cache does not know. */
#if PG_VERSION_NUM >= 160000
#define DynRelationFile RelFileLocator
#else
#define DynRelationFile RelFileNode
#endif

/* That of a shared catalog.  (A macro: few files need the headers.) */
#if PG_VERSION_NUM >= 160000
#define dyn_shared_relation_file(relid) \
	((RelFileLocator) {.spcOid = GLOBALTABLESPACE_OID, .relNumber = RelationMapOidToFilenumber(relid, true)})
#else
#define dyn_shared_relation_file(relid) \
	((RelFileNode) {.spcNode = GLOBALTABLESPACE_OID, .relNode = RelationMapOidToFilenode(relid, true)})
#endif

/* Its number of pages. */
#if PG_VERSION_NUM >= 170000
#define dyn_relation_file_blocks(file) smgrnblocks(smgropen(file, INVALID_PROC_NUMBER), MAIN_FORKNUM)
#else
#define dyn_relation_file_blocks(file) smgrnblocks(smgropen(file, InvalidBackendId), MAIN_FORKNUM)
#endif

/*
 * Shared memory of a name for a backend that was not told at start that it
 * would need some; made and initialized by the first one.  NULL where there is
 * no such thing, before 17.
 */
#if PG_VERSION_NUM >= 170000
#include "storage/dsm_registry.h"

static inline void *
dyn_shared_memory(const char *name, size_t size, void (*initialize) (void *memory))
{
	bool		found;

	return GetNamedDSMSegment(name, size, initialize, &found);
}
#else
#define dyn_shared_memory(name, size, initialize) NULL
#endif

/* Is the order of texts of a collation that of their bytes? */
#if PG_VERSION_NUM >= 180000
#define dyn_collation_is_c(collation) (pg_newlocale_from_collation(collation)->collate_is_c)
#else
#define dyn_collation_is_c(collation) lc_collate_is_c(collation)
#endif

/* Does a PathKey sort from the greatest value to the least? */
#if PG_VERSION_NUM >= 180000
#define dyn_pathkey_is_descending(pathkey) ((pathkey)->pk_cmptype == COMPARE_GT)
#else
#define dyn_pathkey_is_descending(pathkey) ((pathkey)->pk_strategy == BTGreaterStrategyNumber)
#endif

/* Since 16 a RestrictInfo counts the relations that it depends on. */
#if PG_VERSION_NUM >= 160000
#define dyn_restrictinfo_one_relation(info) ((info)->num_base_rels = 1)
#else
#define dyn_restrictinfo_one_relation(info) ((void) (info))
#endif

/* A transactional logical message.  (A macro: few files need the header.) */
#if PG_VERSION_NUM >= 170000
#define dyn_log_message(prefix, message, size) ((void) LogLogicalMessage(prefix, message, size, true, false))
#else
#define dyn_log_message(prefix, message, size) ((void) LogLogicalMessage(prefix, message, size, true))
#endif

/* One outside transactions, flushed; returns where it ends. */
#if PG_VERSION_NUM >= 170000
#define dyn_log_mark(prefix) LogLogicalMessage(prefix, "", 0, false, true)
#else
#define dyn_log_mark(prefix) LogLogicalMessage(prefix, "", 0, false)
#endif

/* A tuple of a change that logical decoding hands out: since 17 without a buffer around it. */
#if PG_VERSION_NUM >= 170000
#define dyn_change_tuple(found) (found)
#else
#define dyn_change_tuple(found) ((found) == NULL ? NULL : &(found)->tuple)
#endif

/* Make a logical replication slot; since 17 one that a standby may synchronize. */
#if PG_VERSION_NUM >= 170000
#define dyn_slot_create(name) ReplicationSlotCreate(name, true, RS_EPHEMERAL, false, true, false)
#else
#define dyn_slot_create(name) ReplicationSlotCreate(name, true, RS_EPHEMERAL, false)
#endif

/* Take a slot that nobody else has. */
#if PG_VERSION_NUM >= 180000
#define dyn_slot_acquire(name) ReplicationSlotAcquire(name, true, true)
#else
#define dyn_slot_acquire(name) ReplicationSlotAcquire(name, true)
#endif

/* Was its WAL removed, or what else it needs? */
#if PG_VERSION_NUM >= 160000
#define dyn_slot_is_invalid(data) ((data)->invalidated != RS_INVAL_NONE)
#else
#define dyn_slot_is_invalid(data) ((data)->invalidated_at != InvalidXLogRecPtr)
#endif

#endif							/* DYN_BASE_COMPAT_H */
