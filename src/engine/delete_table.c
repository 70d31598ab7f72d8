/*-------------------------------------------------------------------------
 *
 * delete_table.c
 *	  DeleteTable: DROP TABLE of the relation, and its rows in the catalog.
 *
 * It needs what DROP TABLE needs, and waits, as that does, for whoever uses
 * the table.  Where views or foreign keys depend on the relation it fails.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_namespace.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"

#include "base/compat.h"
#include "base/error.h"
#include "engine/index_build.h"
#include "engine/table_ddl.h"
#include "engine/table_name.h"
#include "engine/table_operations.h"

void
dyn_delete_table(const char *table_name, DynTableDescription *description)
{
	char	   *name;
	DynTableRow row;

	PreventCommandIfReadOnly("DeleteTable");
	PreventCommandIfParallelMode("DeleteTable");

	name = dyn_table_name_resolve(table_name, "DeleteTable");
	dyn_catalog_lock_name(name);

	/* Ask for the privilege before for the lock: who may not drop a table must not block it. */
	if (!dyn_catalog_find_table(name, &row))
		dyn_raise_table_not_found(name);
	if (!dyn_schema_ownercheck(get_rel_namespace(row.relation), GetUserId()))
		dyn_check_table_owner(row.relation);
	if (row.deletion_protection)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Resource cannot be deleted as it is currently protected against deletion. "
						"Disable deletion protection first."),
				 errhint("Call UpdateTable with DeletionProtectionEnabled false.")));
	dyn_index_work_cancel(row.relation);
	if (!dyn_table_lock(name, AccessExclusiveLock, &row))
		dyn_raise_table_not_found(name);

	dyn_ddl_drop_table(row.relation);
	dyn_catalog_remove_table(name);
	dyn_catalog_remove_dead();

	memset(description, 0, sizeof(DynTableDescription));
	description->row = row;
	description->row.deletion_protection = false;
	description->status = DYN_TABLE_DELETING;
}
