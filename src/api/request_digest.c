/*-------------------------------------------------------------------------
 *
 * request_digest.c
 *	  A digest of a request, to know whether another one asks for the same.
 *
 * A value is hashed as a letter for its kind and its content; strings, lists
 * and objects begin with their length, so that no two values give the same
 * bytes.  Digests are stored: the form must not change.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/cryptohash.h"
#include "miscadmin.h"

#include "api/request_digest.h"

static void add_json(pg_cryptohash_ctx *context, const DynJson *json);
static void add_object(pg_cryptohash_ctx *context, const DynJson *object);
static void add_string(pg_cryptohash_ctx *context, char kind, const char *string, size_t length);
static void add_head(pg_cryptohash_ctx *context, char kind, uint64 length);
static void add_bytes(pg_cryptohash_ctx *context, const void *bytes, size_t length);

/* A member of an object. */
typedef struct Member
{
	const char *name;
	size_t		length;
	const DynJson *value;
} Member;

void
dyn_request_digest(const DynJson *json, uint8 *digest)
{
	pg_cryptohash_ctx *context = pg_cryptohash_create(PG_SHA256);

	if (context == NULL || pg_cryptohash_init(context) < 0)
		elog(ERROR, "could not begin a SHA-256");
	add_json(context, json);
	if (pg_cryptohash_final(context, digest, DYN_REQUEST_DIGEST_BYTES) < 0)
		elog(ERROR, "could not compute a SHA-256");
	pg_cryptohash_free(context);
}

static void
add_json(pg_cryptohash_ctx *context, const DynJson *json)
{
	size_t		length;
	const char *string;

	check_stack_depth();
	switch (dyn_json_kind(json))
	{
		case DYN_JSON_NULL:
			add_head(context, 'z', 0);
			break;
		case DYN_JSON_BOOLEAN:
			add_head(context, 'b', dyn_json_boolean(json));
			break;
		case DYN_JSON_INTEGER:
			add_head(context, 'i', (uint64) dyn_json_integer(json));
			break;
		case DYN_JSON_REAL:
			string = psprintf("%.17g", dyn_json_real(json));
			add_string(context, 'r', string, strlen(string));
			break;
		case DYN_JSON_STRING:
			string = dyn_json_string(json, &length);
			add_string(context, 's', string, length);
			break;
		case DYN_JSON_ARRAY:
			add_head(context, 'a', dyn_json_array_size(json));
			for (size_t i = 0; i < dyn_json_array_size(json); i++)
				add_json(context, dyn_json_array_at(json, i));
			break;
		case DYN_JSON_OBJECT:
			add_object(context, json);
			break;
	}
}

static int
compare_members(const void *a, const void *b)
{
	const Member *x = a;
	const Member *y = b;

	if (x->length != y->length)
		return x->length < y->length ? -1 : 1;
	return memcmp(x->name, y->name, x->length);
}

static void
add_object(pg_cryptohash_ctx *context, const DynJson *object)
{
	Member	   *members = palloc(sizeof(Member) * (dyn_json_object_size(object) + 1));
	int			count = 0;

	for (const DynJsonMember *m = dyn_json_first(object); m != NULL; m = dyn_json_next(object, m))
	{
		members[count].value = dyn_json_member_value(m);
		if (dyn_json_kind(members[count].value) == DYN_JSON_NULL)
			continue;
		members[count].name = dyn_json_member_name(m, &members[count].length);
		count++;
	}
	qsort(members, count, sizeof(Member), compare_members);

	add_head(context, 'o', count);
	for (int i = 0; i < count; i++)
	{
		add_string(context, 'n', members[i].name, members[i].length);
		add_json(context, members[i].value);
	}
	pfree(members);
}

static void
add_string(pg_cryptohash_ctx *context, char kind, const char *string, size_t length)
{
	add_head(context, kind, length);
	add_bytes(context, string, length);
}

/* The same on every machine. */
static void
add_head(pg_cryptohash_ctx *context, char kind, uint64 length)
{
	uint8		head[9];

	head[0] = kind;
	for (int i = 0; i < 8; i++)
		head[i + 1] = (uint8) (length >> (8 * i));
	add_bytes(context, head, sizeof(head));
}

static void
add_bytes(pg_cryptohash_ctx *context, const void *bytes, size_t length)
{
	if (pg_cryptohash_update(context, bytes, length) < 0)
		elog(ERROR, "could not compute a SHA-256");
}
