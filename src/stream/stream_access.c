/*-------------------------------------------------------------------------
 *
 * stream_access.c
 *	  Finding streams, and who may read them.
 *
 * Records hold the items of all of a table, so policies cannot be applied to
 * them: whoever is subject to one is refused.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/objectaddress.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/rls.h"

#include "base/compat.h"
#include "base/error.h"
#include "schema/arn.h"
#include "schema/catalog.h"
#include "stream/stream_operations.h"

#define STREAM_IN_ARN	"/stream/"

static void check_table_access(Oid relid, const DynStreamRow *stream);
static bool may_select(Oid relid);

pg_noreturn static void
raise_not_found(const char *arn)
{
	ereport(ERROR,
			(errcode(ERRCODE_DYN_RESOURCE_NOT_FOUND),
			 errmsg("Requested resource not found: Stream: %s not found", arn),
			 errhint("See the streams with: SELECT * FROM dynamo.list_streams();")));
}

void
dyn_stream_find(const char *arn, DynStreamRow *stream)
{
	const char *in_arn = strstr(arn, STREAM_IN_ARN);
	char	   *table_name = in_arn == NULL ? NULL : dyn_table_name_from_arn(arn, in_arn - arn);

	if (strncmp(arn, "arn:", 4) != 0 || in_arn == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Invalid StreamArn"),
				 errhint("The ARN of a stream is that of its table, \"/stream/\" and the stream's label.")));
	if (table_name == NULL || !dyn_streams_find(table_name, in_arn + strlen(STREAM_IN_ARN), stream))
		raise_not_found(arn);
}

void
dyn_stream_find_by_name(const char *name_or_arn, DynStreamRow *stream)
{
	DynTableRow table;
	List	   *streams;
	const char *name = name_or_arn;

	if (strncmp(name_or_arn, "arn:", 4) == 0)
	{
		if (strstr(name_or_arn, STREAM_IN_ARN) != NULL)
		{
			dyn_stream_find(name_or_arn, stream);
			return;
		}
		name = dyn_table_name_from_arn(name_or_arn, strlen(name_or_arn));
		if (name == NULL)
			dyn_raise_not_our_arn(name_or_arn, "DescribeStream");
	}
	if (dyn_catalog_find_table(name, &table) && dyn_streams_find_latest(table.relation, stream))
		return;

	/* The table may be gone. */
	streams = dyn_streams_list(name);
	if (streams == NIL)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_RESOURCE_NOT_FOUND),
				 errmsg("Requested resource not found: Table: %s has no stream", name),
				 errhint("A stream is enabled by the StreamSpecification of CreateTable or UpdateTable.")));
	*stream = *(DynStreamRow *) llast(streams);
}

void
dyn_stream_check_access(const DynStreamRow *stream)
{
	if (dyn_is_item_table(stream->relation))
	{
		check_table_access(stream->relation, stream);
		return;
	}
	if (!has_privs_of_role(GetUserId(), stream->owner))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied for the stream of table \"%s\"", stream->table_name),
				 errdetail("The table is gone; its former owner may read the stream.")));
}

static void
check_table_access(Oid relid, const DynStreamRow *stream)
{
	Oid			schema = get_rel_namespace(relid);
	AclResult	usage = dyn_schema_aclcheck(schema, GetUserId(), ACL_USAGE);

	if (usage != ACLCHECK_OK)
		aclcheck_error(usage, OBJECT_SCHEMA, get_namespace_name(schema));
	if (!may_select(relid))
		aclcheck_error(ACLCHECK_NO_PRIV, get_relkind_objtype(get_rel_relkind(relid)), get_rel_name(relid));
	if (check_enable_rls(relid, InvalidOid, true) == RLS_ENABLED)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("row-level security of table \"%s\" applies to you, so you may not read its stream",
						stream->table_name),
				 errdetail("A stream has the changes of all items of its table."),
				 errhint("Read it as the table's owner or as a role with BYPASSRLS.")));
}

/* On the table, or on its columns of keys and items. */
static bool
may_select(Oid relid)
{
	AttrNumber	key;
	AttrNumber	item;

	if (pg_class_aclcheck(relid, GetUserId(), ACL_SELECT) == ACLCHECK_OK)
		return true;
	key = get_attnum(relid, "key");
	item = get_attnum(relid, "item");
	return key != InvalidAttrNumber && item != InvalidAttrNumber &&
		pg_attribute_aclcheck(relid, key, GetUserId(), ACL_SELECT) == ACLCHECK_OK &&
		pg_attribute_aclcheck(relid, item, GetUserId(), ACL_SELECT) == ACLCHECK_OK;
}
