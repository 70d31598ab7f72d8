/*-------------------------------------------------------------------------
 *
 * expiry_index.h
 *	  The index by which expired items are found, as work that is to be done.
 *
 * A row of dynamo.time_to_live that says ENABLING or DISABLING asks for the
 * index to be built or dropped.  The same tasks, and the same functions for
 * the caller's transaction, do it that do secondary indexes (index_build.h).
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_ENGINE_EXPIRY_INDEX_H
#define DYN_ENGINE_EXPIRY_INDEX_H

#include "engine/index_ddl.h"
#include "schema/catalog.h"
#include "schema/time_to_live.h"

/* What is the index of an attribute on, and what is it called after? */
extern DynIndexSubject dyn_expiry_subject(const char *attribute);
#define DYN_EXPIRY_INDEX_NAME	"expires_at"

/* The valid expiry index of a locked relation, or InvalidOid. */
extern Oid	dyn_expiry_index(Relation relation, const DynTable *table, const char *attribute);

/* The names of the tables, alive or dead, whose index is to be built or dropped. */
extern List *dyn_expiry_index_work(void);

/* Is the index of this table to be built or dropped?  Fills the row in if so. */
extern bool dyn_expiry_index_is_work(const char *table_name, DynTimeToLiveRow *row);

/*
 * Write down that the work of a row is done, unless something else is asked
 * for by now; the table's name is locked.
 */
extern void dyn_expiry_index_done(Relation relation, const DynTable *table, const DynTimeToLiveRow *work);

/*
 * Somebody may have dropped the Postgres index of a table that has time to
 * live ENABLED: then ask for another one.  The table's name is locked.
 */
extern void dyn_expiry_index_ask_again(Relation relation, const DynTable *table);

/* Do the work in the caller's transaction, if there is any; the table's name is locked. */
extern bool dyn_expiry_index_now(const DynTableRow *row);

#endif							/* DYN_ENGINE_EXPIRY_INDEX_H */
