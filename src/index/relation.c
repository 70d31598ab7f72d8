/*-------------------------------------------------------------------------
 *
 * relation.c
 *	  The resolver: every operation on items opens its table here.
 *
 * A name is looked up before there is a lock on what it names, so the look-up
 * is repeated when something changed while the lock was awaited, as Postgres
 * does for the names of relations.
 *
 * What the direct path skips are the things that only a planned statement
 * does: triggers, constraints, policies, defaults, routing to partitions.  So
 * it is taken where there are none of these, and nowhere else.  What the
 * relation itself tells of that is kept with its description (table->direct);
 * what depends on the caller is asked here, each time.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/relation.h"
#include "access/table.h"
#include "catalog/pg_namespace.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "storage/sinval.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/rls.h"

#include "base/compat.h"
#include "base/error.h"
#include "base/settings.h"
#include "index/relation.h"

static Relation lock_and_open(const char *operation, const char *name_or_arn, size_t length, LOCKMODE lockmode);
pg_noreturn static void raise_not_found(const char *operation, const char *name_or_arn, size_t length);
pg_noreturn static void raise_creating(const DynTable *table);
static void check_schema_usage(Relation relation);
static AclMode missing_privileges(Relation relation, AclMode privileges);
static void check_column_privileges(const DynRelation *relation, AclMode privileges);
static bool has_column_privilege(const DynRelation *relation, AttrNumber column, AclMode privilege);
pg_noreturn static void raise_no_privilege(Relation relation);
static bool may_go_direct(const DynRelation *relation);

void
dyn_relation_open(const char *operation, const char *name_or_arn, size_t length, AclMode privileges,
				  LOCKMODE lockmode, DynRelation *relation)
{
	AclMode		missing;

	if (lockmode > AccessShareLock)
	{
		PreventCommandIfReadOnly(operation);
		PreventCommandIfParallelMode(operation);
	}

	relation->relation = lock_and_open(operation, name_or_arn, length, lockmode);
	check_schema_usage(relation->relation);
	missing = missing_privileges(relation->relation, privileges);
	relation->table = dyn_table_describe(relation->relation);
	if (relation->table->creating)
		raise_creating(relation->table);
	if (missing != 0)
		check_column_privileges(relation, missing);
	relation->direct = may_go_direct(relation);
}

void
dyn_relation_close(DynRelation *relation)
{
	table_close(relation->relation, NoLock);
	relation->relation = NULL;
}

static Relation
lock_and_open(const char *operation, const char *name_or_arn, size_t length, LOCKMODE lockmode)
{
	Relation	relation = NULL;
	Oid			relid = dyn_table_find(name_or_arn, length);

	while (OidIsValid(relid))
	{
		uint64		changes = SharedInvalidMessageCounter;
		Oid			found_again;

		LockRelationOid(relid, lockmode);
		if (changes == SharedInvalidMessageCounter)
			break;
		found_again = dyn_table_find(name_or_arn, length);
		if (found_again == relid)
			break;
		UnlockRelationOid(relid, lockmode);
		relid = found_again;
	}

	if (OidIsValid(relid))
		relation = try_relation_open(relid, NoLock);
	if (relation == NULL)
		raise_not_found(operation, name_or_arn, length);
	return relation;
}

static void
raise_not_found(const char *operation, const char *name_or_arn, size_t length)
{
	char	   *name = pnstrdup(name_or_arn, length);

	if (strncmp(name, "arn:", 4) == 0)
	{
		char	   *in_arn = dyn_table_name_from_arn(name_or_arn, length);

		if (in_arn == NULL)
			dyn_raise_not_our_arn(name, operation);
		name = in_arn;
	}
	ereport(ERROR,
			(errcode(ERRCODE_DYN_RESOURCE_NOT_FOUND),
			 errmsg("Requested resource not found"),
			 errdetail("There is no table \"%s\" in this database.", name),
			 errhint("Create it with dynamo.create_table, or register a relation that is there with dynamo.register_table.")));
}

/* What is written before the stream is enabled would be missing from it. */
static void
raise_creating(const DynTable *table)
{
	ereport(ERROR,
			(errcode(ERRCODE_DYN_RESOURCE_NOT_FOUND),
			 errmsg("Requested resource not found"),
			 errdetail("Table \"%s\" is being created: its stream is not enabled yet.", table->name),
			 errhint("Wait until DescribeTable says ACTIVE; background workers must run (dynamo.start_workers()).")));
}

/* SQL reaches a relation through its schema; so do operations. */
static void
check_schema_usage(Relation relation)
{
	Oid			schema = RelationGetNamespace(relation);
	AclResult	result = dyn_schema_aclcheck(schema, GetUserId(), ACL_USAGE);

	if (result != ACLCHECK_OK)
		aclcheck_error(result, OBJECT_SCHEMA, get_namespace_name(schema));
}

/*
 * Return the privileges that the caller does not have on the whole table.
 * Raises if one of them cannot be given on columns.
 */
static AclMode
missing_privileges(Relation relation, AclMode privileges)
{
	AclMode		missing;

	missing = privileges & ~pg_class_aclmask(RelationGetRelid(relation), GetUserId(), privileges, ACLMASK_ALL);
	if (missing & ~(ACL_SELECT | ACL_INSERT | ACL_UPDATE))
		raise_no_privilege(relation);
	return missing;
}

/* Operations read and insert key and item, and update item. */
static void
check_column_privileges(const DynRelation *relation, AclMode privileges)
{
	AttrNumber	key = relation->table->key_attnum;
	AttrNumber	item = relation->table->item_attnum;

	if (((privileges & ACL_SELECT) && !(has_column_privilege(relation, key, ACL_SELECT) &&
										has_column_privilege(relation, item, ACL_SELECT))) ||
		((privileges & ACL_INSERT) && !(has_column_privilege(relation, key, ACL_INSERT) &&
										has_column_privilege(relation, item, ACL_INSERT))) ||
		((privileges & ACL_UPDATE) && !has_column_privilege(relation, item, ACL_UPDATE)))
		raise_no_privilege(relation->relation);
}

static bool
has_column_privilege(const DynRelation *relation, AttrNumber column, AclMode privilege)
{
	return pg_attribute_aclcheck(RelationGetRelid(relation->relation), column, GetUserId(),
								 privilege) == ACLCHECK_OK;
}

static void
raise_no_privilege(Relation relation)
{
	aclcheck_error(ACLCHECK_NO_PRIV, get_relkind_objtype(relation->rd_rel->relkind),
				   RelationGetRelationName(relation));
	pg_unreachable();
}

/*
 * A policy that applies to the caller goes to the planner, and so does
 * row_security = off where it would apply: the planner raises the error.
 */
static bool
may_go_direct(const DynRelation *relation)
{
	Form_pg_class form = relation->relation->rd_rel;

	return dyn_direct_path &&
		relation->table->direct &&
		(!form->relrowsecurity ||
		 check_enable_rls(RelationGetRelid(relation->relation), InvalidOid, true) != RLS_ENABLED);
}
