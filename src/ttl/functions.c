/*-------------------------------------------------------------------------
 *
 * functions.c
 *	  SQL functions of time to live.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "base/compat.h"
#include "base/error.h"
#include "engine/table_name.h"
#include "ttl/ttl.h"

PG_FUNCTION_INFO_V1(dynamo_expire_items);

/* dynamo.expire_items(table_name text, max_items int8 DEFAULT NULL) → int8 */
Datum
dynamo_expire_items(PG_FUNCTION_ARGS)
{
	DynExpiryPass pass;
	DynTableRow table;
	char	   *name;
	int64		limit = PG_INT64_MAX;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PreventCommandIfReadOnly("expire_items");
	PreventCommandIfParallelMode("expire_items");
	if (!PG_ARGISNULL(1))
		limit = PG_GETARG_INT64(1);
	if (limit < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("max_items must not be negative"),
				 errhint("Leave it out to delete all expired items.")));

	name = dyn_table_name_resolve(text_to_cstring(PG_GETARG_TEXT_PP(0)), "expire_items");
	if (!dyn_catalog_find_table(name, &table))
		dyn_raise_table_not_found(name);
	dyn_check_table_owner(table.relation);
	if (!dyn_table_lock(name, RowExclusiveLock, &table))
		dyn_raise_table_not_found(name);

	dyn_expiry_pass_begin(&pass, name);
	dyn_expiry_pass_run(&pass, limit);
	PG_RETURN_INT64(pass.deleted);
}
