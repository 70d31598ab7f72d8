/*-------------------------------------------------------------------------
 *
 * relation.h
 *	  The resolver: every operation on items opens its table here.
 *
 * It finds the relation, locks it, checks the caller's privileges as the
 * equivalent SQL would, and decides whether the direct path may be taken.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_INDEX_RELATION_H
#define DYN_INDEX_RELATION_H

#include "storage/lockdefs.h"
#include "utils/acl.h"

#include "schema/table.h"

typedef struct DynRelation
{
	Relation	relation;		/* open and locked to the end of the transaction */
	const DynTable *table;
	bool		direct;			/* direct path, or planned statements? */
} DynRelation;

/*
 * Open the table of a name or ARN for an operation that needs these
 * privileges (ACL_SELECT, ACL_INSERT, ...; all of them), on the columns key
 * and item at least.  Raises ResourceNotFoundException where there is no
 * such table, and ERRCODE_INSUFFICIENT_PRIVILEGE as Postgres does.
 * AccessShareLock is for reading, RowExclusiveLock for writing; writing
 * raises at once on a standby, in a read-only transaction and in a parallel
 * operation, naming the operation ("PutItem").
 */
extern void dyn_relation_open(const char *operation, const char *name_or_arn, size_t length, AclMode privileges,
							  LOCKMODE lockmode, DynRelation *relation);

/* Close it; the lock is kept to the end of the transaction. */
extern void dyn_relation_close(DynRelation *relation);

#endif							/* DYN_INDEX_RELATION_H */
