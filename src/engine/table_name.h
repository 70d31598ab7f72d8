/*-------------------------------------------------------------------------
 *
 * table_name.h
 *	  Finding the table that an operation on tables names.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_ENGINE_TABLE_NAME_H
#define DYN_ENGINE_TABLE_NAME_H

#include "storage/lockdefs.h"

#include "base/compat.h"
#include "schema/catalog.h"

/*
 * The name in a name or an ARN, palloc'd.  Raises ValidationException where
 * it cannot be one, and AccessDeniedException for another account's.
 */
extern char *dyn_table_name_resolve(const char *name_or_arn, const char *operation);

/* The same where only an ARN will do. */
extern char *dyn_table_arn_resolve(const char *arn, const char *operation);

/* Raise ValidationException unless this can be the name of a table. */
extern void dyn_table_name_check(const char *name);

/* Raise ResourceNotFoundException for a table that is not there. */
pg_noreturn extern void dyn_raise_table_not_found(const char *name);

/*
 * Find a table and lock its relation.  The row is read again under the lock,
 * so it is that of the relation.  Returns false where there is none.
 */
extern bool dyn_table_lock(const char *name, LOCKMODE lockmode, DynTableRow *row);

/* Raise as Postgres does unless the caller owns the relation. */
extern void dyn_check_table_owner(Oid relid);

#endif							/* DYN_ENGINE_TABLE_NAME_H */
