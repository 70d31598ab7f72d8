/*-------------------------------------------------------------------------
 *
 * table_ddl.c
 *	  Builds the parse trees of an item table's DDL and runs them.
 *
 *		CREATE TABLE "Music" (
 *			key dynamo.key NOT NULL PRIMARY KEY,
 *			item dynamo.item NOT NULL,
 *			CONSTRAINT key_schema CHECK (dynamo.key_matches(key, item, 'Artist S', 'SongTitle S'))
 *		) USING dynamo;
 *		CREATE TRIGGER derive_key BEFORE INSERT ON "Music"
 *			FOR EACH ROW EXECUTE FUNCTION dynamo.derive_key('Artist S', 'SongTitle S');
 *
 * They go through ProcessUtility like a user's own, so the privileges are
 * checked, event triggers fire and other extensions see them.  There is no
 * text, hence nothing to quote, and every name is qualified, so search_path
 * does not matter.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/table.h"
#include "access/xact.h"
#include "catalog/index.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "mb/pg_wchar.h"
#include "nodes/makefuncs.h"
#include "nodes/parsenodes.h"
#include "tcop/dest.h"
#include "tcop/utility.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "engine/table_ddl.h"
#include "item/murmur3.h"

void
dyn_ddl_run(Node *statement, const char *what)
{
	PlannedStmt *wrapper = makeNode(PlannedStmt);

	wrapper->commandType = CMD_UTILITY;
	wrapper->canSetTag = false;
	wrapper->utilityStmt = statement;
	wrapper->stmt_location = 0;
	wrapper->stmt_len = 0;

	PushActiveSnapshot(GetTransactionSnapshot());
	ProcessUtility(wrapper, what, false, PROCESS_UTILITY_QUERY, NULL, NULL, None_Receiver, NULL);
	PopActiveSnapshot();
	CommandCounterIncrement();
}

/* ---- names ---- */

/* Is there no relation, and no type in the way of its row type, of that name? */
static bool
is_free(const char *name, Oid schema)
{
	Oid			type;

	if (OidIsValid(get_relname_relid(name, schema)))
		return false;
	type = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum(name), ObjectIdGetDatum(schema));
	/* Postgres renames the array types that it made itself. */
	return !OidIsValid(type) || OidIsValid(get_element_type(type));
}

char *
dyn_ddl_free_name(const char *name, Oid schema)
{
	uint32		hash = dyn_murmur3((const uint8 *) name, strlen(name), 0);

	if (strlen(name) < NAMEDATALEN && is_free(name, schema))
		return pstrdup(name);

	/* The hash keeps long names apart that begin alike. */
	for (;;)
	{
		char		suffix[16];
		int			length;
		char	   *candidate;

		snprintf(suffix, sizeof(suffix), "_%08x", hash);
		length = pg_mbcliplen(name, strlen(name), NAMEDATALEN - 1 - strlen(suffix));
		candidate = psprintf("%.*s%s", length, name, suffix);
		if (is_free(candidate, schema))
			return candidate;
		hash++;
	}
}

RangeVar *
dyn_ddl_range_var(Oid relid)
{
	return makeRangeVar(get_namespace_name(get_rel_namespace(relid)), get_rel_name(relid), -1);
}

/* A name in our own schema. */
static List *
our_name(const char *name)
{
	return list_make2(makeString("dynamo"), makeString(pstrdup(name)));
}

/* ---- expressions ---- */

Node *
dyn_ddl_column(const char *column)
{
	ColumnRef  *reference = makeNode(ColumnRef);

	reference->fields = list_make1(makeString(pstrdup(column)));
	reference->location = -1;
	return (Node *) reference;
}

Node *
dyn_ddl_text(const char *text)
{
	A_Const    *constant = makeNode(A_Const);

	constant->val.sval.type = T_String;
	constant->val.sval.sval = pstrdup(text);
	constant->location = -1;
	return (Node *) constant;
}

Node *
dyn_ddl_call(const char *function, List *arguments)
{
	return (Node *) makeFuncCall(our_name(function), arguments, COERCE_EXPLICIT_CALL, -1);
}

Node *
dyn_ddl_key_call(const char *function, List *columns, const DynKeySchema *key_schema)
{
	List	   *arguments = columns;

	for (int i = 0; i < dyn_key_schema_count(key_schema); i++)
		arguments = lappend(arguments, dyn_ddl_text(dyn_key_schema_spec(key_schema, i)));
	return dyn_ddl_call(function, arguments);
}

static Constraint *
make_constraint(ConstrType type)
{
	Constraint *constraint = makeNode(Constraint);

	constraint->contype = type;
	constraint->location = -1;
	constraint->initially_valid = true;
	dyn_constraint_enforce(constraint);
	return constraint;
}

static ColumnDef *
make_column(const char *name, const char *type, List *constraints)
{
	ColumnDef  *column = makeNode(ColumnDef);

	column->colname = pstrdup(name);
	column->typeName = makeTypeNameFromNameList(our_name(type));
	column->is_local = true;
	column->constraints = constraints;
	column->location = -1;
	return column;
}

/* ---- statements ---- */

Oid
dyn_ddl_create_table(Oid schema, const char *relation_name, const DynKeySchema *key_schema)
{
	CreateStmt *statement = makeNode(CreateStmt);
	Constraint *check = make_constraint(CONSTR_CHECK);
	Oid			relid;

	check->conname = "key_schema";
	check->raw_expr = dyn_ddl_key_call("key_matches", list_make2(dyn_ddl_column("key"), dyn_ddl_column("item")), key_schema);

	statement->relation = makeRangeVar(get_namespace_name(schema), pstrdup(relation_name), -1);
	statement->tableElts = list_make3(make_column("key", "key",
												  list_make2(make_constraint(CONSTR_NOTNULL), make_constraint(CONSTR_PRIMARY))),
									  make_column("item", "item",
												  list_make1(make_constraint(CONSTR_NOTNULL))),
									  check);
	statement->oncommit = ONCOMMIT_NOOP;
	statement->accessMethod = "dynamo";
	dyn_ddl_run((Node *) statement, "CREATE TABLE by dynamo.create_table");

	relid = get_relname_relid(relation_name, schema);
	dyn_ddl_create_trigger(relid, key_schema);
	return relid;
}

void
dyn_ddl_create_trigger(Oid relid, const DynKeySchema *key_schema)
{
	CreateTrigStmt *statement = makeNode(CreateTrigStmt);

	statement->trigname = "derive_key";
	statement->relation = dyn_ddl_range_var(relid);
	statement->funcname = our_name("derive_key");
	for (int i = 0; i < dyn_key_schema_count(key_schema); i++)
		statement->args = lappend(statement->args, makeString(dyn_key_schema_spec(key_schema, i)));
	statement->row = true;
	statement->timing = TRIGGER_TYPE_BEFORE;
	statement->events = TRIGGER_TYPE_INSERT;
	dyn_ddl_run((Node *) statement, "CREATE TRIGGER derive_key by dynamo");
}

void
dyn_ddl_add_primary_key(Oid relid, AttrNumber key_attnum)
{
	AlterTableStmt *statement = makeNode(AlterTableStmt);
	AlterTableCmd *command = makeNode(AlterTableCmd);
	Constraint *primary_key = make_constraint(CONSTR_PRIMARY);

	primary_key->keys = list_make1(makeString(get_attname(relid, key_attnum, false)));
	command->subtype = AT_AddConstraint;
	command->def = (Node *) primary_key;
	command->behavior = DROP_RESTRICT;
	statement->relation = dyn_ddl_range_var(relid);
	statement->cmds = list_make1(command);
	statement->objtype = OBJECT_TABLE;
	dyn_ddl_run((Node *) statement, "ALTER TABLE ADD PRIMARY KEY by dynamo.register_table");
}

void
dyn_ddl_drop_table(Oid relid)
{
	DropStmt   *statement = makeNode(DropStmt);

	statement->removeType = OBJECT_TABLE;
	statement->objects = list_make1(list_make2(makeString(get_namespace_name(get_rel_namespace(relid))),
											   makeString(get_rel_name(relid))));
	statement->behavior = DROP_RESTRICT;
	dyn_ddl_run((Node *) statement, "DROP TABLE by dynamo.delete_table");
}
