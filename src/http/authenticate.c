/*-------------------------------------------------------------------------
 *
 * authenticate.c
 *	  Which role does a request run as?
 *
 * A worker keeps the keys that it has met, with what it found out about their
 * roles, until anything changes that this depends on: the table of keys, a
 * role, who is a member of whom, the privileges of the database.  Invalidation
 * messages tell; they are read when a transaction begins.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <openssl/crypto.h>

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_database.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "base/compat.h"
#include "http/access_keys.h"
#include "http/authenticate.h"
#include "http/settings.h"

/* The service that signatures must be for, those of streams included. */
#define SERVICE		"dynamodb"

#define INVALID_TOKEN	"The security token included in the request is invalid."
#define MISSING_TOKEN	"Request is missing Authentication Token"

/* More keys than that are not kept. */
#define MAX_KEPT	10000

typedef struct KeptKey
{
	char		id[DYN_ACCESS_KEY_ID_LENGTH + 1];	/* must be first: the hash key */
	Oid			role;
	NameData	role_name;
	bool		usable;
	TimestampTz valid_until;
	char		secret[DYN_SECRET_LENGTH + 1];
	char		session_token[DYN_SESSION_TOKEN_LENGTH + 1];	/* "" is none */
} KeptKey;

static HTAB *kept = NULL;
static bool forget = false;

/* The role that dynamo.http_trust_role names, as it was looked up; InvalidOid is none that may be trusted. */
static bool trusted_known = false;
static NameData trusted_name;
static Oid	trusted;
static TimestampTz trusted_until;

static void keys_changed(Datum argument, Oid relation);
static void roles_changed(Datum argument, int cache, uint32 hash);
static void forget_all(void);
static Oid	trust(const DynHttpHead *head, DynAuthFailure *failure);
static void find_trusted(void);
static const KeptKey *find_key(DynSlice id);
static bool read_role(Oid role, NameData *name, TimestampTz *valid_until);
static bool is_token(const KeptKey *key, DynSlice token);

void
dyn_authenticate_init(void)
{
	CacheRegisterRelcacheCallback(keys_changed, (Datum) 0);
	CacheRegisterSyscacheCallback(AUTHOID, roles_changed, (Datum) 0);
	CacheRegisterSyscacheCallback(AUTHMEMROLEMEM, roles_changed, (Datum) 0);
	CacheRegisterSyscacheCallback(DATABASEOID, roles_changed, (Datum) 0);
}

static void
keys_changed(Datum argument, Oid relation)
{
	if (!OidIsValid(relation) || relation == dyn_access_keys_oid)
		forget = true;
}

static void
roles_changed(Datum argument, int cache, uint32 hash)
{
	forget = true;
}

/* Not in the callbacks: those may come while a key is being looked at. */
static void
forget_all(void)
{
	HASHCTL		control = {.keysize = DYN_ACCESS_KEY_ID_LENGTH + 1, .entrysize = sizeof(KeptKey)};

	if (kept != NULL)
		hash_destroy(kept);
	kept = hash_create("dynamo access keys", 64, &control, HASH_ELEM | HASH_STRINGS);
	trusted_known = false;
	forget = false;
}

Oid
dyn_authenticate(const DynHttpHead *head, DynSlice body, const char **name, DynAuthFailure *failure)
{
	static DynSignature signature;
	const KeptKey *key;
	int64		now = (GetCurrentTransactionStartTimestamp() / USECS_PER_SEC) +
		((int64) (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE)) * SECS_PER_DAY;

	if (kept == NULL || forget)
		forget_all();
	if (dyn_http_auth == DYN_HTTP_TRUST)
	{
		*name = dyn_http_trust_role;
		return trust(head, failure);
	}

	if (dyn_sigv4_read(head, SERVICE, now, &signature, failure) != DYN_AUTH_OK)
		return InvalidOid;
	key = find_key(signature.access_key);
	if (key == NULL || !key->usable || key->valid_until < GetCurrentTransactionStartTimestamp() ||
		!is_token(key, signature.security_token))
	{
		dyn_auth_fail(failure, DYN_AUTH_UNKNOWN_CLIENT, INVALID_TOKEN);
		return InvalidOid;
	}
	if (dyn_sigv4_check(head, body, &signature, (DynSlice) {key->secret, strlen(key->secret)}, failure) != DYN_AUTH_OK)
		return InvalidOid;
	*name = NameStr(key->role_name);
	return key->role;
}

const char *
dyn_auth_error_name(DynAuthError error)
{
	switch (error)
	{
		case DYN_AUTH_OK:
			break;
		case DYN_AUTH_MISSING_TOKEN:
			return "MissingAuthenticationTokenException";
		case DYN_AUTH_INCOMPLETE:
			return "IncompleteSignatureException";
		case DYN_AUTH_INVALID:
			return "InvalidSignatureException";
		case DYN_AUTH_UNKNOWN_CLIENT:
			return "UnrecognizedClientException";
	}
	pg_unreachable();
}

/* ---- dynamo.http_auth = trust ---- */

/* Any signature will do, so that clients need not be told; but none is none, as ever. */
static Oid
trust(const DynHttpHead *head, DynAuthFailure *failure)
{
	DynSlice	authorization;

	if (dyn_http_field_find(head, "authorization", &authorization) == 0 && head->query.length == 0)
	{
		dyn_auth_fail(failure, DYN_AUTH_MISSING_TOKEN, MISSING_TOKEN);
		return InvalidOid;
	}
	if (!trusted_known || strcmp(NameStr(trusted_name), dyn_http_trust_role) != 0)
		find_trusted();
	if (!OidIsValid(trusted) || trusted_until < GetCurrentTransactionStartTimestamp())
	{
		dyn_auth_fail(failure, DYN_AUTH_UNKNOWN_CLIENT, INVALID_TOKEN);
		return InvalidOid;
	}
	return trusted;
}

static void
find_trusted(void)
{
	NameData	name;

	trusted = get_role_oid(dyn_http_trust_role, true);
	if (OidIsValid(trusted) && !read_role(trusted, &name, &trusted_until))
		trusted = InvalidOid;
	if (!OidIsValid(trusted))
		ereport(LOG,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("requests cannot run as the role \"%s\"", dyn_http_trust_role),
				 errdetail("It does not exist, is a superuser, or may not log in to this database."),
				 errhint("Let dynamo.http_trust_role name a role with LOGIN that has the privileges of the clients, and no more.")));
	namestrcpy(&trusted_name, dyn_http_trust_role);
	trusted_known = true;
}

/* ---- keys and roles ---- */

/* Find a key that is kept, or look it up and keep it; NULL where there is none. */
static const KeptKey *
find_key(DynSlice id)
{
	char		name[DYN_ACCESS_KEY_ID_LENGTH + 1] = {0};
	DynAccessKey found;
	KeptKey    *key;
	TimestampTz valid_until = DT_NOEND;
	NameData	role_name = {0};
	bool		usable;

	if (id.length != DYN_ACCESS_KEY_ID_LENGTH || memchr(id.at, '\0', id.length) != NULL)
		return NULL;
	memcpy(name, id.at, id.length);
	key = hash_search(kept, name, HASH_FIND, NULL);
	if (key != NULL)
		return key;

	/* What is found out now may be out of date before it is kept: then it is looked up again. */
	if (!dyn_access_key_find(name, &found) ||
		strlen(found.secret) > DYN_SECRET_LENGTH ||
		(found.session_token != NULL && strlen(found.session_token) > DYN_SESSION_TOKEN_LENGTH))
		return NULL;
	usable = found.active && read_role(found.role, &role_name, &valid_until) &&
		is_member_of_role_nosuper(GetSessionUserId(), found.role);

	if (hash_get_num_entries(kept) >= MAX_KEPT)
		forget_all();
	key = hash_search(kept, name, HASH_ENTER, NULL);
	key->role = found.role;
	key->role_name = role_name;
	key->usable = usable;
	key->valid_until = valid_until;
	strlcpy(key->secret, found.secret, sizeof(key->secret));
	strlcpy(key->session_token, found.session_token != NULL ? found.session_token : "", sizeof(key->session_token));
	return key;
}

/* May requests run as a role, as far as the role goes?  *valid_until is how long. */
static bool
read_role(Oid role, NameData *name, TimestampTz *valid_until)
{
	HeapTuple	tuple = SearchSysCache1(AUTHOID, ObjectIdGetDatum(role));
	Form_pg_authid form;
	Datum		until;
	bool		none;
	bool		may;

	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_authid) GETSTRUCT(tuple);
	*name = form->rolname;
	may = form->rolcanlogin && !form->rolsuper;
	until = SysCacheGetAttr(AUTHOID, tuple, Anum_pg_authid_rolvaliduntil, &none);
	*valid_until = none ? DT_NOEND : DatumGetTimestampTz(until);
	ReleaseSysCache(tuple);
	return may && dyn_database_aclcheck(MyDatabaseId, role, ACL_CONNECT) == ACLCHECK_OK;
}

/* A key without a session token goes without one in requests, too. */
static bool
is_token(const KeptKey *key, DynSlice token)
{
	size_t		length = strlen(key->session_token);

	if (token.at == NULL)
		return length == 0;
	return length > 0 && token.length == length && CRYPTO_memcmp(token.at, key->session_token, length) == 0;
}
