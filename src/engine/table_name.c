/*-------------------------------------------------------------------------
 *
 * table_name.c
 *	  Finding the table that an operation on tables names.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"

#include "base/compat.h"
#include "base/error.h"
#include "base/settings.h"
#include "engine/table_name.h"

#define NAME_CHARACTERS	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"

char *
dyn_table_name_resolve(const char *name_or_arn, const char *operation)
{
	if (strncmp(name_or_arn, "arn:", 4) == 0)
		return dyn_table_arn_resolve(name_or_arn, operation);
	dyn_table_name_check(name_or_arn);
	return pstrdup(name_or_arn);
}

char *
dyn_table_arn_resolve(const char *arn, const char *operation)
{
	char	   *name = dyn_table_name_from_arn(arn, strlen(arn));

	if (name != NULL && strlen(name) >= 3 && strlen(name) <= DYN_MAX_TABLE_NAME &&
		strspn(name, NAME_CHARACTERS) == strlen(name))
		return name;

	dyn_raise_not_our_arn(arn, operation);
}

void
dyn_table_name_check(const char *name)
{
	size_t		length = strlen(name);

	if (length < 3 || length > DYN_MAX_TABLE_NAME)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("TableName must be at least 3 characters long and at most 255 characters long"),
				 errdetail("The name has %zu bytes.", length),
				 errhint("Choose another name.")));
	if (strspn(name, NAME_CHARACTERS) != length)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("1 validation error detected: Value '%s' at 'tableName' failed to satisfy constraint: "
						"Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+", name),
				 errhint("Names consist of letters, digits, underscores, hyphens and dots.")));
}

void
dyn_raise_table_not_found(const char *name)
{
	ereport(ERROR,
			(errcode(ERRCODE_DYN_RESOURCE_NOT_FOUND),
			 errmsg("Requested resource not found: Table: %s not found", name),
			 errhint("See the tables with: SELECT * FROM dynamo.list_tables();")));
}

bool
dyn_table_lock(const char *name, LOCKMODE lockmode, DynTableRow *row)
{
	while (dyn_catalog_find_table(name, row))
	{
		Oid			relid = row->relation;

		LockRelationOid(relid, lockmode);
		if (dyn_catalog_find_table(name, row) && row->relation == relid)
			return true;
		UnlockRelationOid(relid, lockmode);
	}
	return false;
}

void
dyn_check_table_owner(Oid relid)
{
	if (!dyn_relation_ownercheck(relid, GetUserId()))
		aclcheck_error(ACLCHECK_NOT_OWNER, get_relkind_objtype(get_rel_relkind(relid)), get_rel_name(relid));
}
