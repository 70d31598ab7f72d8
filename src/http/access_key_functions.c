/*-------------------------------------------------------------------------
 *
 * access_key_functions.c
 *	  SQL functions that make, show, switch off and drop access keys.
 *
 * Who may let others act as a role may make keys for it: superusers, and who
 * has the role WITH ADMIN OPTION.  Making the first key of a role grants the
 * role to the endpoint's own, which is checked for the same thing again; an
 * administrator who revokes that ends what all keys of the role can do.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/catalog.h"
#include "commands/trigger.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/parsenodes.h"
#include "tcop/dest.h"
#include "tcop/utility.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

#include "base/compat.h"
#include "http/access_keys.h"

PG_FUNCTION_INFO_V1(dynamo_create_access_key);
PG_FUNCTION_INFO_V1(dynamo_list_access_keys);
PG_FUNCTION_INFO_V1(dynamo_activate_access_key);
PG_FUNCTION_INFO_V1(dynamo_deactivate_access_key);
PG_FUNCTION_INFO_V1(dynamo_drop_access_key);
PG_FUNCTION_INFO_V1(dynamo_access_keys_changed);

static void check_may_administer(Oid role);
static void check_may_have_keys(Oid role);
static void grant_to_endpoint(Oid role);
static char *random_base64(int length);
static void make_id(char id[DYN_ACCESS_KEY_ID_LENGTH + 1]);

/* dynamo.create_access_key(role regrole, with_session_token bool) → id, secret, token */
Datum
dynamo_create_access_key(PG_FUNCTION_ARGS)
{
	Oid			role = PG_GETARG_OID(0);
	bool		with_token = PG_GETARG_BOOL(1);
	DynAccessKey key;
	TupleDesc	columns;
	Datum		values[3];
	bool		nulls[3] = {false};

	check_may_administer(role);
	check_may_have_keys(role);
	PreventCommandIfReadOnly("dynamo.create_access_key()");
	grant_to_endpoint(role);

	make_id(key.id);
	key.role = role;
	key.secret = random_base64(DYN_SECRET_LENGTH);
	key.session_token = with_token ? random_base64(DYN_SESSION_TOKEN_LENGTH) : NULL;
	key.active = true;
	key.created_at = GetCurrentTimestamp();
	dyn_access_keys_trim();
	dyn_access_key_insert(&key);

	if (get_call_result_type(fcinfo, NULL, &columns) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	values[0] = CStringGetTextDatum(key.id);
	values[1] = CStringGetTextDatum(key.secret);
	nulls[2] = key.session_token == NULL;
	values[2] = key.session_token != NULL ? CStringGetTextDatum(key.session_token) : (Datum) 0;
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(columns), values, nulls)));
}

/* May the current user administer a role's keys? */
static bool
may_administer(Oid role)
{
	return superuser() || is_admin_of_role(GetUserId(), role);
}

/* dynamo.list_access_keys() → the keys that the caller may administer, and those of roles that it has */
Datum
dynamo_list_access_keys(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	ListCell   *cell;

	InitMaterializedSRF(fcinfo, 0);
	foreach(cell, dyn_access_keys_list())
	{
		const DynAccessKey *key = lfirst(cell);
		Datum		values[5];
		bool		nulls[5] = {false};

		if (!may_administer(key->role) && !has_privs_of_role(GetUserId(), key->role))
			continue;
		values[0] = CStringGetTextDatum(key->id);
		values[1] = ObjectIdGetDatum(key->role);
		values[2] = BoolGetDatum(key->active);
		values[3] = BoolGetDatum(key->session_token != NULL);
		values[4] = TimestampTzGetDatum(key->created_at);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

pg_noreturn static void
raise_no_key(const char *id)
{
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_OBJECT),
			 errmsg("access key \"%s\" does not exist", id),
			 errhint("See dynamo.list_access_keys().")));
}

/* Find a key that the current user may administer.  To others it does not exist. */
static char *
find_key(FunctionCallInfo fcinfo, const char *function)
{
	char	   *id = text_to_cstring(PG_GETARG_TEXT_PP(0));
	DynAccessKey key;

	if (!dyn_access_key_find(id, &key))
		raise_no_key(id);
	if (!may_administer(key.role) && !has_privs_of_role(GetUserId(), key.role))
		raise_no_key(id);
	check_may_administer(key.role);
	PreventCommandIfReadOnly(function);
	return id;
}

/* dynamo.activate_access_key(access_key_id text) */
Datum
dynamo_activate_access_key(PG_FUNCTION_ARGS)
{
	char	   *id = find_key(fcinfo, "dynamo.activate_access_key()");

	if (!dyn_access_key_set_active(id, true))
		raise_no_key(id);
	PG_RETURN_VOID();
}

/* dynamo.deactivate_access_key(access_key_id text) */
Datum
dynamo_deactivate_access_key(PG_FUNCTION_ARGS)
{
	char	   *id = find_key(fcinfo, "dynamo.deactivate_access_key()");

	if (!dyn_access_key_set_active(id, false))
		raise_no_key(id);
	PG_RETURN_VOID();
}

/* dynamo.drop_access_key(access_key_id text) */
Datum
dynamo_drop_access_key(PG_FUNCTION_ARGS)
{
	char	   *id = find_key(fcinfo, "dynamo.drop_access_key()");

	dyn_access_keys_trim();
	if (!dyn_access_key_remove(id))
		raise_no_key(id);
	PG_RETURN_VOID();
}

/*
 * The trigger of dynamo.access_keys: of those who may write all tables only
 * superusers may write this one, because whoever writes it can be any role.
 */
Datum
dynamo_access_keys_changed(PG_FUNCTION_ARGS)
{
	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function \"%s\" was not called as a trigger", "dynamo.access_keys_changed"),
				 errhint("Only the trigger of dynamo.access_keys calls it.")));
	if (!superuser())
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied for table %s", "access_keys"),
				 errdetail("Only superusers write it."),
				 errhint("Use dynamo.create_access_key and its companions.")));
	CacheInvalidateRelcache(((TriggerData *) fcinfo->context)->tg_relation);
	return PointerGetDatum(NULL);
}

/* ---- privileges ---- */

static void
check_may_administer(Oid role)
{
	if (!may_administer(role))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied to administer the access keys of role \"%s\"", GetUserNameFromId(role, false)),
				 errhint("A superuser can do it, or who has the role WITH ADMIN OPTION.")));
}

/* Refuse keys that could do nothing, or too much. */
static void
check_may_have_keys(Oid role)
{
	char	   *name = GetUserNameFromId(role, false);

	if (superuser_arg(role))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("superusers have no access keys"),
				 errdetail("Role \"%s\" is a superuser, and the endpoint never acts as one.", name),
				 errhint("Make a role that has the privileges on the tables, and nothing more.")));
	if (IsReservedName(name) || strcmp(name, DYN_ENDPOINT_ROLE) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_RESERVED_NAME),
				 errmsg("role \"%s\" has no access keys", name),
				 errhint("Make a role of your own, and grant it what it needs.")));
}

/* GRANT role TO dynamo_endpoint, unless it is. */
static void
grant_to_endpoint(Oid role)
{
	Oid			endpoint = get_role_oid(DYN_ENDPOINT_ROLE, true);
	GrantRoleStmt *grant;
	AccessPriv *granted;
	RoleSpec   *grantee;
	PlannedStmt *wrapper;

	if (!OidIsValid(endpoint))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("role \"%s\" does not exist", DYN_ENDPOINT_ROLE),
				 errdetail("CREATE EXTENSION has made it; somebody has dropped it."),
				 errhint("CREATE ROLE %s LOGIN NOINHERIT CONNECTION LIMIT 0;", DYN_ENDPOINT_ROLE)));
	if (is_member_of_role_nosuper(endpoint, role))
		return;

	granted = makeNode(AccessPriv);
	granted->priv_name = GetUserNameFromId(role, false);
	grantee = makeNode(RoleSpec);
	grantee->roletype = ROLESPEC_CSTRING;
	grantee->rolename = DYN_ENDPOINT_ROLE;
	grantee->location = -1;
	grant = makeNode(GrantRoleStmt);
	grant->granted_roles = list_make1(granted);
	grant->grantee_roles = list_make1(grantee);
	grant->is_grant = true;
	grant->behavior = DROP_RESTRICT;

	wrapper = makeNode(PlannedStmt);
	wrapper->commandType = CMD_UTILITY;
	wrapper->utilityStmt = (Node *) grant;
	ProcessUtility(wrapper, "GRANT by dynamo.create_access_key", false, PROCESS_UTILITY_QUERY, NULL, NULL,
				   None_Receiver, NULL);
}

/* ---- secrets ---- */

static void
random_bytes(uint8 *bytes, int length)
{
	if (!pg_strong_random(bytes, length))
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not generate random values"),
				 errhint("The operating system's source of randomness does not work.")));
}

/* Return "length" random characters of base64; length is a multiple of four. */
static char *
random_base64(int length)
{
	uint8		bytes[DYN_SESSION_TOKEN_LENGTH / 4 * 3];
	char	   *text = palloc(length + 1);
	int			written;

	Assert(length % 4 == 0 && length <= DYN_SESSION_TOKEN_LENGTH);
	random_bytes(bytes, length / 4 * 3);
	written = dyn_b64_encode(bytes, length / 4 * 3, text, length);
	Assert(written == length);
	text[written] = '\0';
	return text;
}

/* Make an id: "DYNA" and 16 random characters of base32. */
static void
make_id(char id[DYN_ACCESS_KEY_ID_LENGTH + 1])
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	uint8		bytes[DYN_ACCESS_KEY_ID_LENGTH - 4];

	random_bytes(bytes, sizeof(bytes));
	memcpy(id, "DYNA", 4);
	for (int i = 0; i < sizeof(bytes); i++)
		id[4 + i] = digits[bytes[i] % 32];
	id[DYN_ACCESS_KEY_ID_LENGTH] = '\0';
}
