/*-------------------------------------------------------------------------
 *
 * next_token.c
 *	  NextToken: where the next page of a SELECT begins.
 *
 *	base64 of:	version (1 byte) | SHA-256 of the request (32 bytes)
 *				| SHA-256 of all else in the token (32 bytes) | start key: payload of an M
 *
 * A token holds all its state, so it can be used on another connection and
 * after a restart.  It is bound to the text of its statement and to the
 * parameters.  It gives no rights, and there is no secret in it: somebody who
 * makes one up makes up a start key, which must be one of the table's, within
 * what the statement reads; and the statement is planned, and its privileges
 * are checked, as without a token.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/base64.h"
#include "common/cryptohash.h"

#include "base/error.h"
#include "partiql/partiql.h"

#define TOKEN_VERSION	1
#define DIGEST_BYTES	32
#define HEAD_BYTES		(1 + 2 * DIGEST_BYTES)

static void digest_request(const DynPartiqlInput *input, uint8 *digest);
static void digest_token(const uint8 *token, const DynValue *key, uint8 *digest);
static bool is_item(const DynValue *value);

char *
dyn_next_token_make(const DynPartiqlInput *input, const DynValue *last_evaluated_key)
{
	int			length = HEAD_BYTES + last_evaluated_key->length;
	uint8	   *token = palloc(length);
	int			room = pg_b64_enc_len(length) + 1;
	char	   *text = palloc(room);
	int			written;

	token[0] = TOKEN_VERSION;
	digest_request(input, token + 1);
	digest_token(token, last_evaluated_key, token + 1 + DIGEST_BYTES);
	memcpy(token + HEAD_BYTES, last_evaluated_key->data, last_evaluated_key->length);
	written = dyn_b64_encode(token, length, text, room);
	if (written < 0)
		elog(ERROR, "could not encode a NextToken");
	text[written] = '\0';
	return text;
}

DynValue
dyn_next_token_read(const DynPartiqlInput *input, const char *token, size_t length)
{
	DynValue	bytes;
	DynValue	key;
	uint8		digest[DIGEST_BYTES];

	if (!dyn_read_binary(token, length, &bytes) || bytes.length <= HEAD_BYTES || bytes.data[0] != TOKEN_VERSION)
		dyn_next_token_refuse();
	key = (DynValue) {DYN_TAG_M, bytes.length - HEAD_BYTES, bytes.data + HEAD_BYTES};
	digest_token(bytes.data, &key, digest);
	if (memcmp(digest, bytes.data + 1 + DIGEST_BYTES, DIGEST_BYTES) != 0 || !is_item(&key))
		dyn_next_token_refuse();

	digest_request(input, digest);
	if (memcmp(digest, bytes.data + 1, DIGEST_BYTES) != 0)
		dyn_partiql_refuse("Give the token with the statement and the parameters that it is of.",
						   "NextToken does not match request");
	return key;
}

void
dyn_next_token_refuse(void)
{
	dyn_partiql_refuse("Give the NextToken of the page before as it is.", "Invalid NextToken");
}

static void
check_hash(bool ok)
{
	if (!ok)
		elog(ERROR, "could not compute the SHA-256 of a NextToken");
}

static void
add_bytes(pg_cryptohash_ctx *context, const void *bytes, size_t length)
{
	uint8		head[4] = {length >> 24, length >> 16, length >> 8, length};

	check_hash(pg_cryptohash_update(context, head, sizeof(head)) >= 0 &&
			   pg_cryptohash_update(context, bytes, length) >= 0);
}

static pg_cryptohash_ctx *
begin_digest(void)
{
	pg_cryptohash_ctx *context = pg_cryptohash_create(PG_SHA256);

	check_hash(context != NULL && pg_cryptohash_init(context) >= 0);
	return context;
}

static void
end_digest(pg_cryptohash_ctx *context, uint8 *digest)
{
	check_hash(pg_cryptohash_final(context, digest, DIGEST_BYTES) >= 0);
	pg_cryptohash_free(context);
}

static void
digest_request(const DynPartiqlInput *input, uint8 *digest)
{
	pg_cryptohash_ctx *context = begin_digest();

	add_bytes(context, input->statement->text, input->statement->length);
	for (int i = 0; i < input->nparameters; i++)
	{
		uint8		tag = input->parameters[i].tag;

		add_bytes(context, &tag, 1);
		add_bytes(context, input->parameters[i].data, input->parameters[i].length);
	}
	end_digest(context, digest);
}

static void
digest_token(const uint8 *token, const DynValue *key, uint8 *digest)
{
	pg_cryptohash_ctx *context = begin_digest();

	add_bytes(context, token, 1 + DIGEST_BYTES);
	add_bytes(context, key->data, key->length);
	end_digest(context, digest);
}

/* Are the bytes those of an item? */
static bool
is_item(const DynValue *value)
{
	MemoryContext context = CurrentMemoryContext;
	volatile bool valid = true;

	PG_TRY();
	{
		dyn_value_verify(value, DYN_MAX_NESTING + 1);
	}
	PG_CATCH();
	{
		if (geterrcode() != ERRCODE_INVALID_BINARY_REPRESENTATION)
			PG_RE_THROW();
		MemoryContextSwitchTo(context);
		FlushErrorState();
		valid = false;
	}
	PG_END_TRY();
	return valid;
}
